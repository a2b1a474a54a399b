// The engine's command line, asked for one answer.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'
import { messageOf } from '../../core/errors.ts'

const run = promisify(execFile)
const ANSWER_TIMEOUT_MS = 10_000
const PULL_TIMEOUT_MS = 15 * 60_000
/** Longer than any stop_grace_period in stack/compose.yaml. */
const STOP_TIMEOUT_MS = 60_000

/** What one call of the engine's command line came to. */
export interface Answer {
  readonly stdout: string
  /** Empty when the call succeeded. */
  readonly failure: 'missing' | 'timeout' | 'error' | ''
  /** What it said when it failed; after how long it was ended when it did not answer. */
  readonly message: string
}

export type Ask = (...words: string[]) => Promise<Answer>

const timeouts = new Map([
  ['pull', PULL_TIMEOUT_MS],
  ['container stop', STOP_TIMEOUT_MS],
])

/** Asks the `docker` on PATH; never throws. */
export const askDocker: Ask = async (...words) => {
  const timeout = timeouts.get(words.slice(0, 2).join(' ')) ?? timeouts.get(words[0] ?? '') ?? ANSWER_TIMEOUT_MS
  try {
    const { stdout } = await run('docker', words, { timeout, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 ** 2 })
    return { stdout: stdout.trim(), failure: '', message: '' }
  } catch (error) {
    const failed = failureSchema.parse(error)
    if (failed.code === 'ENOENT') return { stdout: '', failure: 'missing', message: '' }
    if (failed.killed === true) return { stdout: '', failure: 'timeout', message: `not within ${timeout / 1000} s` }
    return { stdout: failed.stdout.trim(), failure: 'error', message: failed.stderr.trim() || messageOf(error) }
  }
}

const failureSchema = z.looseObject({
  code: z.union([z.string(), z.number(), z.null()]).optional(),
  killed: z.boolean().optional(),
  stdout: z.string().default(''),
  stderr: z.string().default(''),
})
