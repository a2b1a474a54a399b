// What must happen before this process ends, however it ends: on return, on an error, on Ctrl-C and on SIGTERM.
import { monotonicMs } from './clock.ts'
import { ExitCode } from './errors.ts'

type Task = () => Promise<void> | void

const tasks = new Map<symbol, Task>()
let signalled = false
let signalledMs = 0
/** One press can come more than once: from the terminal, from whoever started this process, and to the whole group. */
const SAME_PRESS_MS = 500
const controller = new AbortController()

/** Aborts when the person asks to stop; long work takes it along. */
export const stopSignal: AbortSignal = controller.signal

/** Registers a task for the end of this process; disposing the handle takes it back. Tasks run last in, first out. */
export function atExit(task: Task): Disposable {
  const key = Symbol('cleanup')
  tasks.set(key, task)
  return { [Symbol.dispose]: () => void tasks.delete(key) }
}

let running: Promise<void> = Promise.resolve()

/** Runs all registered tasks once, also those that are registered meanwhile; waits for a clean-up that is under way. */
export function cleanUp(): Promise<void> {
  running = running.then(runTasks)
  return running
}

async function runTasks(): Promise<void> {
  for (let last = [...tasks].at(-1); last; last = [...tasks].at(-1)) {
    const [key, task] = last
    tasks.delete(key)
    try {
      await task()
    } catch (error) {
      console.error(`while cleaning up: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

/**
 * Stops the work, cleans up and ends this process with that code; the first reason counts.
 * @param options.told whether a person is told: where nobody reads, nobody is
 */
export function stop(name: string, code: number, { told = true } = {}): void {
  if (signalled) return
  signalled = true
  signalledMs = monotonicMs()
  if (told) process.stderr.write(`\nstopping (${name}) …\n`)
  controller.abort(new Error(`stopped by ${name}`))
  void cleanUp().finally(() => process.exit(code))
}

/** Makes Ctrl-C, SIGTERM and SIGHUP stop the work, clean up and end with 128 + signal. A second Ctrl-C ends at once. */
export function installSignalHandlers(): void {
  for (const [name, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(name, () => {
      if (signalled && monotonicMs() - signalledMs > SAME_PRESS_MS) process.exit(code)
      stop(name, code)
    })
  }
  process.on('uncaughtException', (error) => {
    console.error(error)
    void cleanUp().finally(() => process.exit(ExitCode.internal))
  })
}

/** Stops as a signal would when bin/start.cjs alone was interrupted (it says so), or is gone (its channel closes). */
export function stopWithStarter(): void {
  process.on('message', (message) => {
    if (message === 'SIGINT') stop('SIGINT', 130)
  })
  process.on('disconnect', () => stop('the command that started it is gone', 129))
  process.channel?.unref()
}
