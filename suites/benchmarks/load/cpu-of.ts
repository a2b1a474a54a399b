// Runs a program to its end, and tells the CPU time that it and its own processes took.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stopSignal } from '../../../core/cleanup.ts'
import { monotonicMs } from '../../../core/clock.ts'
import { UserError } from '../../../core/errors.ts'

export interface Cost {
  /** User and system. */
  readonly cpuSeconds: number
  readonly seconds: number
}

/** Prints nothing of the program; `times` tells of the shell first, and then of what it ran (POSIX). */
const SCRIPT = '"$@" >/dev/null 2>&1; code=$?; times; exit $code'

/** @throws UserError when the program does not end with 0 */
export async function cpuOf(words: readonly string[]): Promise<Cost> {
  const startMs = monotonicMs()
  const shell = spawn('sh', ['-c', SCRIPT, 'sh', ...words], { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
  const stop = () => {
    if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL')
  }
  stopSignal.addEventListener('abort', stop)
  let said = ''
  shell.stdout.on('data', (chunk) => {
    said += String(chunk)
  })
  const [code]: unknown[] = await once(shell, 'close')
  stopSignal.removeEventListener('abort', stop)
  stopSignal.throwIfAborted()
  if (code !== 0) throw new UserError(`${words[0]} ended with code ${String(code)}`)
  return { cpuSeconds: childrenIn(said), seconds: (monotonicMs() - startMs) / 1000 }
}

/** Of what `times` printed: `0m0.59s 0m0.15s` on its second line. @throws Error when it is something else */
export function childrenIn(times: string): number {
  const found = [...(times.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.,]+)s/g)]
  if (found.length !== 2) throw new Error(`not the output of times: ${times}`)
  return found.reduce(
    (sum, [, minutes, seconds = '']) => sum + Number(minutes) * 60 + Number(seconds.replace(',', '.')),
    0,
  )
}
