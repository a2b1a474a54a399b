// A service of the embedded runtime: one child process that can be killed, paused, stopped and started again.
import pidusage from 'pidusage'
import { sleep } from '../../../core/clock.ts'
import { messageOf, UserError } from '../../../core/errors.ts'
import { type ProcessOptions, processStatus, type RunningProcess, startProcess, tailOf } from '../../../core/process.ts'
import type { ServiceHandle, ServiceName, ServiceState, Usage } from '../runtime.ts'

export interface ServicePlan {
  readonly name: ServiceName
  readonly process: ProcessOptions
  /** Where its own log is written. */
  readonly logFile: string
  /** Resolves when it is ready; must give up when `process` ends. */
  readonly ready: (process: RunningProcess) => Promise<void>
  /** The signal that asks it to end, and how long it may take. */
  readonly stopSignal: NodeJS.Signals
  readonly stopTimeoutMs: number
  /** Told of every process that is started. */
  readonly onStart: (pid: number) => Promise<void>
}

export class EmbeddedService implements ServiceHandle {
  readonly name: ServiceName
  readonly #plan: ServicePlan
  #process: RunningProcess | undefined

  constructor(plan: ServicePlan) {
    this.name = plan.name
    this.#plan = plan
  }

  async start(): Promise<void> {
    if (await this.alive()) return
    const process = await startProcess(this.#plan.process)
    this.#process = process
    await this.#plan.onStart(process.pid)
    try {
      await this.#plan.ready(process)
    } catch (error) {
      const exit = process.exit()
      // Frames of a stack say nothing to a person, and push what does out of sight.
      const last = (await this.logs(60))
        .filter((line) => !/^\s*\d+\. |lock mutex|^Logging /.test(line))
        .slice(-8)
        .join('\n    ')
      await this.kill()
      const what = exit === undefined ? messageOf(error) : `ended with ${exit} while starting`
      throw new UserError(`${this.name} ${what}; its last log lines:\n    ${last}`)
    }
  }

  async kill(): Promise<void> {
    this.#process?.signal('SIGKILL')
    await this.#process?.ended
  }

  async pause(): Promise<void> {
    this.#process?.signal('SIGSTOP')
  }

  async resume(): Promise<void> {
    this.#process?.signal('SIGCONT')
  }

  async stop(): Promise<void> {
    const process = this.#process
    if (!process?.alive()) return
    // A paused process takes no signal before it goes on.
    process.signal('SIGCONT')
    process.signal(this.#plan.stopSignal)
    const abort = new AbortController()
    const timeout = sleep(this.#plan.stopTimeoutMs, abort.signal).catch(() => {})
    await Promise.race([process.ended, timeout])
    abort.abort()
    if (process.alive()) await this.kill()
  }

  async alive(): Promise<boolean> {
    return this.#process?.alive() ?? false
  }

  async state(): Promise<ServiceState> {
    if (!this.#process) return { status: 'ended', instance: 'no process' }
    const { pid } = this.#process
    return { status: this.#process.alive() ? processStatus(pid) : 'ended', instance: `process ${pid}` }
  }

  async ended(): Promise<string> {
    await this.#process?.ended
    return this.#process?.exit() ?? 'never started'
  }

  get logFiles(): readonly string[] {
    return [...new Set([this.#plan.logFile, this.#plan.process.logFile])]
  }

  async logs(lines: number): Promise<string[]> {
    const own = await tailOf(this.#plan.logFile, lines)
    if (this.#plan.process.logFile === this.#plan.logFile) return own
    return [...own, ...(await tailOf(this.#plan.process.logFile, lines))].slice(-lines)
  }

  async usage(): Promise<Usage | undefined> {
    if (!this.#process?.alive()) return undefined
    const found = await pidusage(this.#process.pid).catch(() => undefined)
    return found && { cpuCores: found.cpu / 100, memoryBytes: found.memory }
  }

  /** @throws UserError while it does not run */
  async cpuMs(): Promise<number> {
    if (!this.#process?.alive()) throw new UserError(`${this.name} does not run, so its CPU time cannot be read`)
    return (await pidusage(this.#process.pid)).ctime
  }
}
