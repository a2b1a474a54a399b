// The stack for daily use: started in the background, stopped, purged.
import { fork } from 'node:child_process'
import { openSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import lockfile from 'proper-lockfile'
import { z } from 'zod'
import { stopSignal } from '../../core/cleanup.ts'
import { makeDirectories } from '../../core/directories.ts'
import { ExitCode, messageOf, UserError } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import { processMark } from '../../core/process.ts'
import { removeProject } from '../runtime/remove-project.ts'
import { removeOrphans } from '../runtime/running-stacks.ts'
import { type DailyState, dailyDirectory, dailyProject, keeperLog, readState, requireState } from './state.ts'

const STOP_TIMEOUT_MS = 60_000

const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), message: z.string() }),
  z.object({ kind: z.literal('ready') }),
  z.object({
    kind: z.literal('failed'),
    message: z.string(),
    exitCode: z.union([z.literal(1), z.literal(2), z.literal(64), z.literal(70)]),
  }),
])

/** Starts the stack in the background unless it runs already. @throws UserError when it does not come up */
export async function up(
  { kind, relay }: { readonly kind: 'embedded' | 'docker'; readonly relay: boolean },
  progress: (message: string) => void,
): Promise<{ readonly state: DailyState; readonly started: boolean }> {
  const running = await readState()
  if (running) return { state: running, started: false }
  await makeDirectories(dailyDirectory(), 0o700).catch((error: unknown) => {
    throw new UserError(
      `${dailyDirectory()} cannot be written: ${messageOf(error)}; set TELEMETRY_PROOF_DATA to a directory of yours`,
      ExitCode.unknown,
    )
  })
  await using _lock = await lockDirectory(dailyDirectory())
  // Another `up` may have brought it up while this one waited.
  const brought = await readState()
  if (brought) return { state: brought, started: false }
  const log = openSync(keeperLog(), 'w', 0o600)
  const keeper = fork(join(import.meta.dirname, 'keeper.ts'), [kind, ...(relay ? ['relay'] : [])], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  })
  const stop = () => void keeper.kill('SIGTERM')
  stopSignal.addEventListener('abort', stop, { once: true })
  try {
    await new Promise<void>((resolve, reject) => {
      keeper.on('message', (raw) => {
        const message = messageSchema.parse(raw)
        if (message.kind === 'progress') progress(message.message)
        if (message.kind === 'ready') resolve()
        if (message.kind === 'failed') reject(new UserError(message.message, message.exitCode))
      })
      keeper.once('error', (error) =>
        reject(new UserError(`the stack cannot be started: ${error.message}`, ExitCode.unknown)),
      )
      keeper.once('exit', (code, signal) =>
        reject(new UserError(`the stack ended while starting (${signal ?? `code ${code}`}); see ${keeperLog()}`)),
      )
    })
  } finally {
    stopSignal.removeEventListener('abort', stop)
    if (keeper.connected) keeper.disconnect()
    keeper.unref()
  }
  return { state: await requireState(), started: true }
}

async function lockDirectory(path: string): Promise<AsyncDisposable> {
  const release = await lockfile
    .lock(path, { retries: { retries: 600, factor: 1, minTimeout: 100 } })
    .catch((error: unknown) => {
      throw new UserError(`another start of the stack in ${path} does not end: ${messageOf(error)}`, ExitCode.unknown)
    })
  return { [Symbol.asyncDispose]: () => release().catch(() => {}) }
}

/** Stops the stack. @returns whether one was running */
export async function down(): Promise<boolean> {
  const state = await readState()
  if (!state) {
    // What a keeper that was killed left running: processes, which the register knows, and containers.
    await removeOrphans()
    await removeProject(dailyProject(), { keepVolumes: true })
    return false
  }
  const { pid, mark } = state.keeper
  process.kill(pid, 'SIGTERM')
  await until(`the end of the stack (process ${pid})`, async () => processMark(pid) !== mark, {
    timeoutMs: STOP_TIMEOUT_MS,
    intervalMs: 50,
  })
  return true
}

/** Removes the data, the secrets and the salt of the daily stack, in whichever runtime they are. */
export async function purge(): Promise<void> {
  await removeProject(dailyProject())
  await rm(dailyDirectory(), { recursive: true, force: true, maxRetries: 5 })
}
