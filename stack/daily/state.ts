// What is known of the stack that runs in the background: written by its keeper, read by the commands.
import { createHash } from 'node:crypto'
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { z } from 'zod'
import { makeDirectories } from '../../core/directories.ts'
import { ExitCode, messageOf, UserError } from '../../core/errors.ts'
import { dataDirectory, stackDirectory } from '../../core/paths.ts'
import { processMark } from '../../core/process.ts'
import { type LeftProcess, leftOfDaily } from '../runtime/running-stacks.ts'
import { makeSecrets } from '../runtime/secrets.ts'
import type { Endings } from './supervisor.ts'

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
  /** What it was started with: sums of the stack's files and of the variables that were set. */
  startedWith: z
    .object({ files: z.record(z.string(), z.string()), variables: z.record(z.string(), z.string()) })
    .optional(),
  /** The sum of the programs that run it; one of an earlier version does not say. */
  code: z.string().optional(),
})
export type DailyState = z.infer<typeof stateSchema>

const endingsSchema = z.object({
  service: z.string(),
  count: z.number(),
  since: z.string(),
  last: z.string(),
  how: z.string(),
  lines: z.array(z.string()),
  nextAt: z.string().nullable(),
})

/** Everything that the daily stack keeps lies below this directory. */
export function dailyDirectory(): string {
  return join(dataDirectory(), 'stack')
}

/** The compose project of the daily stack in containers: its volumes are the data. Each data directory has one of its own. */
export function dailyProject(): string {
  return `telemetry-daily-${createHash('sha256').update(dailyDirectory()).digest('hex').slice(0, 8)}`
}

export function logDirectory(): string {
  return join(dailyDirectory(), 'logs')
}

export function keeperLog(): string {
  return join(logDirectory(), 'keeper.log')
}

/** Where the relay of the daily stack listens; its variables move it. */
export function relayAddress(environment: Readonly<Record<string, string | undefined>>) {
  const grpcPort = environment.RELAY_GRPC_PORT ?? '4319'
  const httpPort = environment.RELAY_HTTP_PORT ?? '4320'
  return { otlpGrpc: `127.0.0.1:${grpcPort}`, otlpHttp: `http://127.0.0.1:${httpPort}`, grpcPort, httpPort }
}

/** The running stack, or undefined when none runs. */
export async function readState(): Promise<DailyState | undefined> {
  const state = await readJson(stateFile(), stateSchema)
  // A keeper that was killed leaves its file behind.
  return state && processMark(state.keeper.pid) === state.keeper.mark ? state : undefined
}

/** @throws UserError when no stack runs, or what runs has lost its keeper */
export async function requireState(): Promise<DailyState> {
  const state = await readState()
  if (state) return state
  const left = await leftOfDaily()
  throw new UserError(
    left.length === 0
      ? 'no stack is running; start it with: npm run stack -- up'
      : `${renderLeft(left)}; ${LEFT_ADVICE}`,
  )
}

export const LEFT_ADVICE = '`npm run stack -- up` takes over from it, `npm run stack -- down` ends what is left'

/** One line about a stack whose keeper is gone. */
export function renderLeft(left: readonly LeftProcess[]): string {
  const named = left.map(({ name, pid }) => `${name} (process ${pid})`).join(' and ')
  return `the keeper of the stack was killed; without it nothing is started again, and only ${named} still ${left.length === 1 ? 'runs' : 'run'}`
}

export async function writeState(state: DailyState): Promise<void> {
  await writePrivate(stateFile(), JSON.stringify(state, null, 2))
  const { otlpGrpc, otlpHttp } = state.relay ?? state.endpoints
  await writePrivate(clientFile(), JSON.stringify({ otlpGrpc, otlpHttp }))
}

export async function removeState(): Promise<void> {
  await rm(stateFile(), { force: true })
  await rm(endingsFile(), { force: true })
}

/** Where clients of the stack send to: of the one that runs, of the one that ran last, else where `up` starts it by default. */
export async function clientEndpoints(): Promise<{ readonly otlpGrpc: string; readonly otlpHttp: string }> {
  const state = await readState()
  if (state) return state.relay ?? state.endpoints
  const last = await readJson(clientFile(), z.object({ otlpGrpc: z.string(), otlpHttp: z.string() }))
  return last ?? relayAddress(process.env)
}

/** How services have ended since the stack was started; the keeper writes it down. */
export async function readEndings(): Promise<Endings[]> {
  return (await readJson(endingsFile(), z.array(endingsSchema))) ?? []
}

export async function writeEndings(endings: readonly Endings[]): Promise<void> {
  await writePrivate(endingsFile(), JSON.stringify(endings, null, 2))
}

/** What a file says, or undefined when it is not there or says something else. */
async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const value: unknown = await readFile(file, 'utf8')
    .then(JSON.parse)
    .catch(() => undefined)
  return schema.safeParse(value).data
}

/** The secrets of the daily stack: made once and kept, because another salt would give everyone another hash. */
export async function dailySecrets(): Promise<Record<string, string>> {
  const known = await readJson(secretsFile(), z.record(z.string(), z.string()))
  if (known) return known
  const secrets = makeSecrets()
  await writePrivate(secretsFile(), JSON.stringify(secrets, null, 2))
  return secrets
}

/** Keeps this salt, for the next start of the daily stack. @throws UserError when it cannot be written */
export async function keepSalt(salt: string): Promise<void> {
  await writePrivate(secretsFile(), JSON.stringify({ ...(await dailySecrets()), TELEMETRY_HASH_SALT: salt }, null, 2))
}

/**
 * The salt of the stack on this machine, for what stands in front of it; undefined when none is known. Makes none.
 * @param running whether that is the daily stack, which keeps its own; else it is that of containers started by hand, with stack/.env
 */
export async function knownSalt({ running }: { readonly running: boolean }): Promise<string | undefined> {
  const secrets = running
    ? await readJson(secretsFile(), z.record(z.string(), z.string()))
    : parseEnv(await readFile(join(stackDirectory, '.env'), 'utf8').catch(() => ''))
  const { TELEMETRY_HASH_SALT: salt } = secrets ?? {}
  return salt === '' ? undefined : salt
}

function secretsFile(): string {
  return join(dailyDirectory(), 'secrets.json')
}

function stateFile(): string {
  return join(dailyDirectory(), 'state.json')
}

function clientFile(): string {
  return join(dailyDirectory(), 'client.json')
}

function endingsFile(): string {
  return join(dailyDirectory(), 'endings.json')
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

/** Each service of a running stack: the URL that answers 2xx while it is well, and where it takes what it is there for. */
export function probesOf({ endpoints, relay }: DailyState): { name: string; probe: string; endpoint: string }[] {
  return [
    { name: 'clickhouse', probe: `${endpoints.clickhouseHttp}/ping`, endpoint: endpoints.clickhouseHttp },
    { name: 'otel-collector', probe: endpoints.collectorHealth, endpoint: endpoints.otlpGrpc },
    ...(relay ? [{ name: 'relay', probe: `${relay.otlpHttp}/health`, endpoint: relay.otlpGrpc }] : []),
  ]
}
