// One run of one variant: a fresh stack, the whole input through it, and what that took until nothing moves any more.
import { loadavg } from 'node:os'
import { stopSignal } from '../../../core/cleanup.ts'
import { monotonicMs } from '../../../core/clock.ts'
import { UserError } from '../../../core/errors.ts'
import { until } from '../../../core/poll.ts'
import { grpcSender } from '../../../generators/emit/replay-grpc.ts'
import { type CollectorState, readCollector } from '../../../harness/experiment/collector-metrics.ts'
import { connect, type Database } from '../../../stack/clickhouse/database.ts'
import { startEmbedded } from '../../../stack/runtime/embedded/embedded.ts'
import type { ServiceName, Stack } from '../../../stack/runtime/runtime.ts'
import { type Input, recordsOf } from './input.ts'
import { sendAll } from './send.ts'
import type { Variant } from './variants.ts'

export interface Measurement {
  /** From the first request until every record is stored. */
  readonly durationMs: number
  /** User and system time, until ClickHouse has merged what it wants to. */
  readonly collectorCpuMs: number
  readonly clickhouseCpuMs: number
  /** Of the sender: this process, from the first request to the last answer. */
  readonly senderCpuMs: number
  /** Requests that were sent again, because the collector had no memory for them. */
  readonly repeatedRequests: number
  /** Inserts that ClickHouse was sent. */
  readonly inserts: number
  /** Rows that queries see. */
  readonly storedRows: number
  /** Of the tables, compressed, when each partition is merged into one part. */
  readonly storedBytes: number
  /** Processes that ran or waited to, a minute's average before the run. */
  readonly loadAverage1m: number
}

const SEND_TIMEOUT_MS = 60_000
const DRAIN_TIMEOUT_MS = 300_000
/** Rarely: what asks takes CPU time too. */
const DRAIN_POLL_MS = 100

/**
 * @param stackDirectory the variant's own copy of the stack
 * @throws UserError when a request is refused, or what is stored is not what was sent
 */
export async function measure(variant: Variant, stackDirectory: string, input: Input): Promise<Measurement> {
  const loadAverage1m = loadavg()[0] ?? 0
  // Both roles have one password, so that the official exporter can make its tables with the only one that the collector is told.
  const password = 'price'
  const variables = { CLICKHOUSE_ADMIN_PASSWORD: password, CLICKHOUSE_INGEST_PASSWORD: password }
  await using stack = await startEmbedded({ stackDirectory, ports: 'free', variables })
  await using database = connect(stack, 'admin')
  await using sender = grpcSender({ protocol: 'grpc', endpoint: stack.endpoints.otlpGrpc, timeoutMs: SEND_TIMEOUT_MS })
  const before = await untilAtRest(variant, stack)
  const insertsBefore = await insertsOf(database)
  const cpuBefore = await cpuOf(stack)
  const ownBefore = process.cpuUsage()
  const startMs = monotonicMs()
  const repeatedRequests = await sendAll(input.requests, sender)
  const own = process.cpuUsage(ownBefore)
  await untilPassedOn(variant, stack, before, input)
  const durationMs = monotonicMs() - startMs
  await untilMerged(database)
  const cpu = await cpuOf(stack)
  return {
    durationMs,
    collectorCpuMs: cpu.collectorMs - cpuBefore.collectorMs,
    clickhouseCpuMs: cpu.clickhouseMs - cpuBefore.clickhouseMs,
    senderCpuMs: (own.user + own.system) / 1000,
    repeatedRequests,
    inserts: (await insertsOf(database)) - insertsBefore,
    ...(await stored(variant, database, input)),
    loadAverage1m,
  }
}

async function cpuOf(stack: Stack): Promise<{ readonly collectorMs: number; readonly clickhouseMs: number }> {
  const of = async (name: ServiceName) => {
    const ms = await stack.service(name).cpuMs?.()
    if (ms === undefined) throw new UserError(`the CPU time of ${name} cannot be read on this runtime`)
    return ms
  }
  return { collectorMs: await of('otel-collector'), clickhouseMs: await of('clickhouse') }
}

async function insertsOf(database: Database): Promise<number> {
  const [found] = await database.rows<{ inserts: number }>(
    "SELECT value AS inserts FROM system.events WHERE event = 'InsertQuery'",
  )
  return found?.inserts ?? 0
}

/** The probes of the start are through, so that none of them is counted among what is sent. */
async function untilAtRest({ exports }: Variant, stack: Stack): Promise<CollectorState> {
  return until(
    'a collector with nothing under way',
    async () => {
      const state = await readCollector(stack)
      return state !== undefined && (exports === 'nothing' || state.sentLogs === state.acceptedLogs) && state
    },
    { timeoutMs: 30_000, intervalMs: DRAIN_POLL_MS, signal: stopSignal },
  )
}

/** @throws UserError when the collector does not hand on in time what was sent */
async function untilPassedOn(variant: Variant, stack: Stack, before: CollectorState, input: Input): Promise<void> {
  const wanted = variant.exports === 'kept' ? recordsOf(input) - input.excluded : recordsOf(input)
  let passedOn = 0
  await until(
    `${variant.name}: ${wanted} records from the collector to ClickHouse`,
    async () => {
      const now = await readCollector(stack)
      if (now === undefined) return false
      passedOn =
        variant.exports === 'nothing'
          ? now.acceptedLogs + now.acceptedPoints - before.acceptedLogs - before.acceptedPoints
          : now.sentLogs + now.sentPoints - before.sentLogs - before.sentPoints
      return passedOn >= wanted
    },
    {
      timeoutMs: DRAIN_TIMEOUT_MS,
      intervalMs: DRAIN_POLL_MS,
      signal: stopSignal,
      onTimeout: () => `${passedOn} passed`,
    },
  )
}

/** Merging what was inserted is part of its price. */
async function untilMerged(database: Database): Promise<void> {
  let quiet = 0
  await until(
    'the end of all merges',
    async () => {
      const [found] = await database.rows<{ merges: number }>('SELECT count() AS merges FROM system.merges')
      quiet = found?.merges === 0 ? quiet + 1 : 0
      return quiet === 2
    },
    { timeoutMs: DRAIN_TIMEOUT_MS, intervalMs: DRAIN_POLL_MS, signal: stopSignal },
  )
}

/** @throws UserError when there are fewer rows, or more, than there must be */
async function stored(
  { name, storage }: Variant,
  database: Database,
  input: Input,
): Promise<Pick<Measurement, 'storedRows' | 'storedBytes'>> {
  if (storage === undefined) return { storedRows: 0, storedBytes: 0 }
  const [counted] = await database.rows<{ rows: number }>(storage.countSql)
  const storedRows = counted?.rows ?? 0
  const expected = storage.expected === 'kept' ? recordsOf(input) - input.excluded : recordsOf(input)
  if (storedRows !== expected)
    throw new UserError(`${name} stored ${storedRows} of ${expected} records: how long it took means nothing`)
  const tables = await database.rows<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = {database:String} AND engine LIKE '%MergeTree' AND total_rows > 0 AND name != 'schema_version'",
    { database: storage.database },
  )
  for (const table of tables) await database.run(`OPTIMIZE TABLE ${storage.database}.${table.name} FINAL`)
  const [disk] = await database.rows<{ bytes: number }>(
    "SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = {database:String} AND table != 'schema_version'",
    { database: storage.database },
  )
  return { storedRows, storedBytes: disk?.bytes ?? 0 }
}
