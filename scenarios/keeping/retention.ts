// Rows go so many days after they came, whatever their own time says, and none goes before.
import { messageOf } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import { temporaryDirectory } from '../../core/temporary-directory.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import type { Context, Definition, Outcome } from '../../harness/scenario.ts'
import { connect, type Database } from '../../stack/clickhouse/database.ts'
import { RETENTION_IN_FORCE } from '../../stack/runtime/retention.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'

const DAYS = 30
const VARIABLE = 'TELEMETRY_RETENTION_DAYS'
/** ClickHouse looks for parts of which nothing is to be kept every few seconds. */
const GONE_MS = 45_000
const TABLES = ['log_records', 'metric_points'] as const
const DAY_NS = 86_400n * 1_000_000_000n

/** Records: their own day, and how many days ago they came. Those of one insert and month become one part. */
type Records = Readonly<Record<string, readonly [day: string, daysAgo: number]>>
const ALONE_AND_OLD: readonly Records[] = [
  { 'long ago': ['2026-01-05', 100] },
  { 'long ago, of the future': ['2090-07-01', 100] },
]
const BESIDE_A_NEW_ONE: Records = {
  'a day too long ago': ['1975-01-02', DAYS + 1],
  'a day less ago': ['1975-01-03', DAYS - 1],
}
const NEW: readonly Records[] = [
  { 'now, of long ago': ['2025-02-03', 0] },
  { 'now, of 1971': ['1971-01-01', 0] },
  { 'now, without a time': ['1970-01-01', 0] },
]
const INSERTS = [...ALONE_AND_OLD, BESIDE_A_NEW_ONE, ...NEW]
const ALL = sorted(INSERTS)
const KEPT = [...sorted(NEW), 'a day less ago'].sort()

export const retention: Definition = {
  name: 'retention',
  title: 'deletes rows so many days after they came, not by their own time, and keeps all where nothing is set',
  requirements: ['R12', 'R13', 'R18'],
  profile: 'full',
  run: (context) =>
    context.runtime === 'embedded'
      ? proven(context)
      : Promise.resolve({
          skipped: 'it needs a data directory; in containers migrate.sh does the same, which has a test',
        }),
}

async function proven(context: Context): Promise<Outcome> {
  await using room = await temporaryDirectory('retention')
  const start = (days: string | undefined, shape: 'events' | 'database' = 'database') =>
    context.ownStack({ shape, dataDirectory: room.path, variables: days === undefined ? {} : { [VARIABLE]: days } })
  const ended = async <T>(stack: Stack, look: (stack: Stack) => Promise<T>): Promise<T> => {
    const seen = await look(stack)
    await stack[Symbol.asyncDispose]()
    return seen
  }
  const forEver = await ended(await start(undefined), async (stack) => {
    for (const records of INSERTS) await insert(stack, records)
    return merged(stack)
  })
  const refused = await start('a month').then(() => 'nothing', messageOf)
  const limited = await ended(await start(String(DAYS)), async (stack) => ({
    byThemselves: await gone(stack),
    merged: await merged(stack),
    mutations: await mutations(stack),
  }))
  const again = await ended(await start(String(DAYS)), async (stack) => ({
    merged: await merged(stack),
    mutations: await mutations(stack),
  }))
  const stack = await start('0', 'events')
  await insert(stack, ALONE_AND_OLD[0] ?? {})
  const unlimited = await merged(stack)
  return await runExperiment(
    context,
    { mark: 'retention', rules: { counters: false } },
    async (experiment) => {
      const check = (what: string, actual: unknown, expected: unknown) =>
        experiment.check('storage', what, { actual, expected })
      check('rows where nothing says how long', forEver, state(0, ALL))
      check(
        'what is said of a bad value',
        refused,
        `${VARIABLE}=a month: must be a whole number of days from 0 (for ever) to 10000`,
      )
      check('rows that came longer ago and share their part with none', limited.byThemselves, 'go')
      check(`rows kept for ${DAYS} days`, limited.merged, state(DAYS, KEPT))
      check('rows after the next start', again.merged, state(DAYS, KEPT))
      check('times that a table was looked at for it', [limited.mutations, again.mutations], [2, 2])
      check('rows when they are kept for ever again', unlimited, state(0, [...KEPT, 'long ago'].sort()))
    },
    stack,
  )
}

function sorted(inserts: readonly Records[]): string[] {
  return inserts.flatMap((records) => Object.keys(records)).sort()
}

function state(days: number, names: readonly string[]) {
  return TABLES.map((table) => ({ table, days, names }))
}

/** An event and a data point of each, as the collector would write them; when a record came is told by an attribute that only it may set. */
async function insert(stack: Stack, records: Records): Promise<void> {
  await using database = connect(stack, 'ingest')
  const [clock] = await asAnalyst(stack, (analyst) =>
    analyst.rows<{ ns: string }>('SELECT toString(toUnixTimestamp64Nano(now64(9))) AS ns'),
  )
  const rows = Object.entries(records).map(([name, [day, daysAgo]]) => ({
    time: `${day} 00:00:00.000000000`,
    attributes: {
      'session.id': name,
      'telemetry.arrival_unix_nano': String(BigInt(clock?.ns ?? 0) - BigInt(daysAgo) * DAY_NS),
    },
  }))
  const lines = (each: (row: (typeof rows)[number]) => object) =>
    rows.map((row) => JSON.stringify(each(row))).join('\n')
  await database.run(
    `INSERT INTO telemetry.landing_logs FORMAT JSONEachRow\n${lines(({ time, attributes }) => ({ Timestamp: time, Body: 'user_prompt', LogAttributes: attributes }))}`,
  )
  await database.run(
    `INSERT INTO telemetry.landing_metrics_sum FORMAT JSONEachRow\n${lines(({ time, attributes }) => ({ MetricName: 'session.count', TimeUnix: time, Value: 1, Attributes: attributes }))}`,
  )
}

/** What a full merge leaves of each table; the rest of what has to go would go with ClickHouse's own merges, within hours. */
async function merged(stack: Stack) {
  await using admin = connect(stack, 'admin')
  for (const table of TABLES) await admin.run(`OPTIMIZE TABLE telemetry.${table} FINAL`)
  return Promise.all(
    TABLES.map(async (table) => {
      const [kept] = await admin.rows<{ days: number }>(
        `SELECT ${RETENTION_IN_FORCE} AS days FROM system.tables WHERE database = 'telemetry' AND name = {table:String}`,
        { table },
      )
      return { table, days: kept?.days, names: await namesIn(admin, table) }
    }),
  )
}

/** That without any merge of ours those go that share their part with none. */
async function gone(stack: Stack): Promise<string> {
  const old = sorted(ALONE_AND_OLD)
  const areGone = async (database: Database) =>
    (await Promise.all(TABLES.map((table) => namesIn(database, table)))).flat().every((name) => !old.includes(name))
  return until('their end', () => asAnalyst(stack, areGone), { timeoutMs: GONE_MS, intervalMs: 200 }).then(
    () => 'go',
    () => `are there after ${GONE_MS} ms`,
  )
}

/** How often the parts of a table were looked at anew because the time that rows are kept for had changed. */
async function mutations(stack: Stack): Promise<number | undefined> {
  await using admin = connect(stack, 'admin')
  const [row] = await admin.rows<{ found: number }>(
    "SELECT toUInt32(count()) AS found FROM system.mutations WHERE database = 'telemetry' AND command LIKE '%TTL%'",
  )
  return row?.found
}

async function namesIn(database: Database, table: string): Promise<string[]> {
  const rows = await database.rows<{ name: string }>(
    `SELECT session_id AS name FROM telemetry.${table} WHERE session_id IN {names:Array(String)} ORDER BY name`,
    { names: ALL },
  )
  return rows.map(({ name }) => name)
}

async function asAnalyst<T>(stack: Stack, ask: (analyst: Database) => Promise<T>): Promise<T> {
  await using analyst = connect(stack, 'analyst')
  return await ask(analyst)
}
