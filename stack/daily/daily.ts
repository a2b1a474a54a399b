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
import { stackDirectory } from '../../core/paths.ts'
import { until } from '../../core/poll.ts'
import { processMark } from '../../core/process.ts'
import { askDocker, askPodman } from '../runtime/docker-cli.ts'
import { removeProject } from '../runtime/remove-project.ts'
import { type LeftProcess, leftOfDaily, removeOrphans } from '../runtime/running-stacks.ts'
import type { DailyOptions } from './keeper.ts'
import { rotateLogs } from './log-files.ts'
import { requireStartable } from './startable.ts'
import { changesSince, startedWith } from './started-with.ts'
import {
  type DailyState,
  dailyDirectory,
  dailyProject,
  keeperLog,
  logDirectory,
  readState,
  removeState,
  requireState,
} from './state.ts'

const STOP_TIMEOUT_MS = 60_000
/** In which of them it ran is not known when its keeper is gone. */
const ENGINES = [askDocker, askPodman] as const

const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), message: z.string() }),
  z.object({ kind: z.literal('ready') }),
  z.object({
    kind: z.literal('failed'),
    message: z.string(),
    exitCode: z.union([z.literal(1), z.literal(2), z.literal(64), z.literal(70)]),
  }),
])

export interface Started {
  readonly state: DailyState
  readonly started: boolean
  /** What has changed since it was started, and for which it was started again. */
  readonly applied: readonly string[]
}

/**
 * Starts the stack in the background. One that runs with what is here now is left as it is; one that was started with other files or
 * variables is stopped and started again, with its data.
 * @throws UserError when it does not come up, or runs in another way than is asked for
 */
export async function up(options: DailyOptions, progress: (message: string) => void): Promise<Started> {
  const running = await sameAsAsked(options)
  if (running?.changes.length === 0) return { state: running.state, started: false, applied: [] }
  await makeDirectories(logDirectory(), 0o700).catch((error: unknown) => {
    throw new UserError(
      `${dailyDirectory()} cannot be written: ${messageOf(error)}; set TELEMETRY_PROOF_DATA to a directory of yours`,
      ExitCode.unknown,
    )
  })
  await using _lock = await lockDirectory(dailyDirectory())
  // Another `up` may have brought it up while this one waited.
  const brought = await sameAsAsked(options)
  if (brought?.changes.length === 0) return { state: brought.state, started: false, applied: [] }
  if (brought) {
    // What is wrong is told while the stack still runs.
    await requireStartable(options.kind, brought.state)
    progress(`stopping, to apply ${brought.changes.join(', ')}`)
    await down()
  }
  await takeOver(progress)
  await runKeeper(options, progress).catch((error: unknown) => {
    if (!brought || !(error instanceof UserError)) throw error
    throw new UserError(
      `${error.message}\nthe stack was stopped for this, with its data: npm run stack -- up starts it again when that is mended`,
      error.exitCode,
    )
  })
  return { state: await requireState(), started: true, applied: brought?.changes ?? [] }
}

/** The running stack with what has changed since. @throws UserError when it runs in another way than is asked for */
async function sameAsAsked({ kind, relay }: DailyOptions) {
  const state = await readState()
  if (!state) return undefined
  if (state.runtime !== kind)
    throw new UserError(`the stack is already running on ${state.runtime}; stop it first: npm run stack -- down`)
  if (relay !== (state.relay !== undefined))
    throw new UserError(
      `the stack is already running ${relay ? 'without' : 'with'} a relay; stop it first: npm run stack -- down`,
    )
  return { state, changes: changesSince(state.startedWith, await startedWith(stackDirectory, process.env)) }
}

/** Ends what a killed keeper left, so that a new one can start. */
export async function takeOver(progress: (message: string) => void): Promise<void> {
  for (const { name, pid } of await leftOfDaily())
    progress(`ending ${name} (process ${pid}), which a killed keeper left`)
  await removeOrphans({ daily: true })
}

async function runKeeper({ kind, relay }: DailyOptions, progress: (message: string) => void): Promise<void> {
  await rotateLogs([keeperLog()])
  const log = openSync(keeperLog(), 'a', 0o600)
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
}

async function lockDirectory(path: string): Promise<AsyncDisposable> {
  const release = await lockfile
    .lock(path, { retries: { retries: 600, factor: 1, minTimeout: 100 } })
    .catch((error: unknown) => {
      throw new UserError(`another start of the stack in ${path} does not end: ${messageOf(error)}`, ExitCode.unknown)
    })
  return { [Symbol.asyncDispose]: () => release().catch(() => {}) }
}

/** Stops the stack. @returns whether one was running, and what was ended of one whose keeper was killed */
export async function down(): Promise<{ readonly running: boolean; readonly left: readonly LeftProcess[] }> {
  const state = await readState()
  if (!state) {
    // What a keeper that was killed left running: processes, which the register knows, and containers.
    const left = await leftOfDaily()
    await removeOrphans({ daily: true })
    for (const ask of ENGINES) await removeProject(dailyProject(), { keepVolumes: true, ask })
    await removeState()
    return { running: false, left }
  }
  const { pid, mark } = state.keeper
  process.kill(pid, 'SIGTERM')
  await until(`the end of the stack (process ${pid})`, async () => processMark(pid) !== mark, {
    timeoutMs: STOP_TIMEOUT_MS,
    intervalMs: 50,
  })
  return { running: true, left: [] }
}

/** Removes the data, the secrets and the salt of the daily stack, in whichever runtime they are. */
export async function purge(): Promise<void> {
  for (const ask of ENGINES) await removeProject(dailyProject(), { ask })
  await rm(dailyDirectory(), { recursive: true, force: true, maxRetries: 5 })
}
