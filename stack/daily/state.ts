// What is known of the stack that runs in the background: written by its keeper, read by the commands.
import { createHash } from 'node:crypto'
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { makeDirectories } from '../../core/directories.ts'
import { ExitCode, messageOf, UserError } from '../../core/errors.ts'
import { dataDirectory } from '../../core/paths.ts'
import { processMark } from '../../core/process.ts'
import { makeSecrets } from '../runtime/secrets.ts'

const user = z.object({ name: z.string(), password: z.string() })

const stateSchema = z.object({
  keeper: z.object({ pid: z.number(), mark: z.string() }),
  startedAt: z.string(),
  runtime: z.enum(['embedded', 'docker', 'podman']),
  endpoints: z.object({
    otlpGrpc: z.string(),
    otlpHttp: z.string(),
    clickhouseHttp: z.string(),
    clickhouseNative: z.string(),
    collectorHealth: z.string(),
    collectorMetrics: z.string(),
  }),
  database: z.literal('telemetry'),
  users: z.object({ admin: user, ingest: user, analyst: user }),
  components: z.array(z.object({ name: z.string(), version: z.string(), source: z.string() })),
  logs: z.record(z.string(), z.array(z.string())),
  /** Where clients send to while a relay stands before the stack. */
  relay: z.object({ otlpGrpc: z.string(), otlpHttp: z.string() }).optional(),
})
export type DailyState = z.infer<typeof stateSchema>

/** Everything that the daily stack keeps lies below this directory. */
export function dailyDirectory(): string {
  return join(dataDirectory(), 'stack')
}

/** The compose project of the daily stack in containers: its volumes are the data. Each data directory has one of its own. */
export function dailyProject(): string {
  return `telemetry-daily-${createHash('sha256').update(dailyDirectory()).digest('hex').slice(0, 8)}`
}

export function keeperLog(): string {
  return join(dailyDirectory(), 'keeper.log')
}

/** The running stack, or undefined when none runs. */
export async function readState(): Promise<DailyState | undefined> {
  const parsed = stateSchema.safeParse(
    await readFile(stateFile(), 'utf8')
      .then(JSON.parse)
      .catch(() => undefined),
  )
  if (!parsed.success) return undefined
  // A keeper that was killed leaves its file behind.
  return processMark(parsed.data.keeper.pid) === parsed.data.keeper.mark ? parsed.data : undefined
}

/** @throws UserError when no stack runs */
export async function requireState(): Promise<DailyState> {
  const state = await readState()
  if (!state) throw new UserError('no stack is running; start it with: npm run stack -- up')
  return state
}

export async function writeState(state: DailyState): Promise<void> {
  await writePrivate(stateFile(), JSON.stringify(state, null, 2))
}

export async function removeState(): Promise<void> {
  await rm(stateFile(), { force: true })
}

/** The secrets of the daily stack: made once and kept, because another salt would give everyone another hash. */
export async function dailySecrets(): Promise<Record<string, string>> {
  const file = join(dailyDirectory(), 'secrets.json')
  const known = z.record(z.string(), z.string()).safeParse(
    await readFile(file, 'utf8')
      .then(JSON.parse)
      .catch(() => undefined),
  )
  if (known.success) return known.data
  const secrets = makeSecrets()
  await writePrivate(file, JSON.stringify(secrets, null, 2))
  return secrets
}

function stateFile(): string {
  return join(dailyDirectory(), 'state.json')
}

async function writePrivate(file: string, text: string): Promise<void> {
  try {
    await makeDirectories(dirname(file), 0o700)
    await writeFile(`${file}.new`, text, { mode: 0o600 })
    await chmod(`${file}.new`, 0o600)
    await rename(`${file}.new`, file)
  } catch (error) {
    throw new UserError(
      `${file} cannot be written: ${messageOf(error)}; set TELEMETRY_PROOF_DATA to a directory of yours`,
      ExitCode.unknown,
    )
  }
}
