// Millions of rows of a year: a team's week through the whole pipeline, then copies of it with ids and weeks of their own, made in ClickHouse.
// Ten millions are made once for each schema and seed, and kept in the cache.
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { stopSignal } from '../../../core/cleanup.ts'
import { cacheDirectory, stackDirectory } from '../../../core/paths.ts'
import { until } from '../../../core/poll.ts'
import { readPreset } from '../../../generators/team/preset.ts'
import { connect, type Database } from '../../../stack/clickhouse/database.ts'
import { startEmbedded } from '../../../stack/runtime/embedded/embedded.ts'
import { sendTeam, storedRecords } from '../team/rows.ts'

export const ROWS = 10_000_000
/** When the newest week ends. */
export const END_MS = Date.parse('2026-06-01T00:00:00Z')

const DAY_MS = 86_400_000
const SEED = 1
const WEEKS = 52
/** Copies of an insert, and inserts at once: ClickHouse has a GiB here. */
const AT_ONCE = 4
const INSERTS = 2
const REST_MS = 1_800_000

/** A directory with these rows as a stack's data; made where it is not there yet. */
export async function keptRows(progress: (message: string) => void): Promise<string> {
  const kept = join(cacheDirectory(), 'rows', await fingerprint())
  if (
    await stat(kept).then(
      () => true,
      () => false,
    )
  )
    return kept
  const partial = `${kept}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  await makeRows(partial, ROWS, progress)
  await rename(partial, kept)
  return kept
}

/** Copies them, so that what a stack does with them stays out of the cache. */
export async function restore(kept: string, to: string): Promise<void> {
  await cp(kept, to, { recursive: true, mode: constants.COPYFILE_FICLONE })
}

/** Of all that decides what the rows are: schema, preset, seed, and this file. */
async function fingerprint(): Promise<string> {
  const schema = join(stackDirectory, 'clickhouse/schema')
  const files = [...(await readdir(schema)).sort().map((name) => join(schema, name)), import.meta.filename]
  const hash = createHash('sha256').update(JSON.stringify(await readPreset('team-week')))
  for (const file of files) hash.update(await readFile(file))
  return hash.digest('hex').slice(0, 16)
}

/** Makes a directory with so many rows as a stack's data, evenly over the year before `END_MS`. */
export async function makeRows(
  dataDirectory: string,
  rows: number,
  progress: (message: string) => void,
): Promise<void> {
  await using stack = await startEmbedded({ stackDirectory, ports: 'free', dataDirectory })
  await using admin = connect(stack, 'admin', { answerMs: 300_000 })
  progress('queries: a team’s week goes through the pipeline')
  const preset = await readPreset('team-week')
  await sendTeam(stack.endpoints.otlpHttp, { preset, seed: SEED, startMs: END_MS - (preset.days ?? 7) * DAY_MS })
  const week = await storedRecords(admin)
  await admin.run(
    'CREATE TABLE default.week ENGINE = MergeTree ORDER BY tuple() SETTINGS index_granularity = 128 AS SELECT * FROM telemetry.log_records',
  )
  const columns = await columnsOf(admin)
  const copies = Math.ceil(rows / week)
  const eachWeek = Math.ceil(copies / WEEKS)
  const starts = Array.from({ length: Math.ceil((copies - 1) / AT_ONCE) }, (_, index) => 1 + index * AT_ONCE)
  const insert = async () => {
    for (let from = starts.shift(); from !== undefined; from = starts.shift()) {
      stopSignal.throwIfAborted()
      progress(`queries: ${from * week} of ${rows} rows`)
      await admin.run(copiesOf(columns, { from, to: Math.min(copies, from + AT_ONCE), eachWeek }))
    }
  }
  await Promise.all(Array.from({ length: INSERTS }, insert))
  await admin.run('DROP TABLE default.week')
  progress('queries: parts are merged')
  await rested(admin)
}

/** As after the hour in which nothing comes, here after a second: each month is one part (limits.xml). */
async function rested(admin: Database): Promise<void> {
  await admin.run('ALTER TABLE telemetry.log_records MODIFY SETTING min_age_to_force_merge_seconds = 1')
  await until(
    'one part a month',
    async () => {
      const months = await admin.rows<{ parts: number }>(
        "SELECT toUInt32(count()) AS parts FROM system.parts WHERE active AND database = 'telemetry' AND table = 'log_records' GROUP BY partition",
      )
      return months.every(({ parts }) => parts === 1)
    },
    { timeoutMs: REST_MS, intervalMs: 500, signal: stopSignal },
  )
  await admin.run('ALTER TABLE telemetry.log_records RESET SETTING min_age_to_force_merge_seconds')
}

async function columnsOf(admin: Database): Promise<string> {
  const columns = await admin.rows<{ name: string }>(
    "SELECT name FROM system.columns WHERE database = 'telemetry' AND table = 'log_records' AND default_kind NOT IN ('ALIAS', 'MATERIALIZED') ORDER BY position",
  )
  return columns.map(({ name }) => name).join(', ')
}

interface Copies {
  readonly from: number
  readonly to: number
  readonly eachWeek: number
}

/** Copies `from` up to and without `to`: so many of each week, each with people, sessions and ids of its own. */
function copiesOf(columns: string, { from, to, eachWeek }: Copies): string {
  const back = `toIntervalWeek(intDiv(copy, ${eachWeek}))`
  const person = `copy % ${eachWeek}`
  const uuid = (of: string) => `toString(reinterpretAsUUID(sipHash128(${of}, copy)))`
  const id = (prefix: string, of: string) => `concat('${prefix}', lower(hex(sipHash128(${of}, copy))))`
  const user = `concat('sha256:', lower(hex(sipHash128(ifNull(user_id, ''), ${person}))), lower(hex(sipHash128(ifNull(user_id, ''), ${person}, 1))))`
  const stamp = `concat(replaceOne(toString(parseDateTime64BestEffort(v, 3, 'UTC') - ${back}), ' ', 'T'), 'Z')`
  const own = `multiIf(k IN ('session.id', 'prompt.id'), ${uuid('v')}, k = 'request_id', ${id('req_', 'v')}, k = 'tool_use_id', ${id('toolu_', 'v')}, k = 'event.timestamp', ${stamp}, v)`
  return `INSERT INTO telemetry.log_records (${columns})
    SELECT ${columns}
    FROM (SELECT * REPLACE (
      reinterpretAsUUID(sipHash128(event_id, copy)) AS event_id,
      timestamp - ${back} AS timestamp,
      sent_time - ${back} AS sent_time,
      if(session_id IS NULL, NULL, ${uuid('session_id')}) AS session_id,
      if(prompt_id IS NULL, NULL, ${uuid('prompt_id')}) AS prompt_id,
      if(request_id IS NULL, NULL, ${id('req_', 'request_id')}) AS request_id,
      if(tool_use_id IS NULL, NULL, ${id('toolu_', 'tool_use_id')}) AS tool_use_id,
      ${user} AS user_id,
      CAST(mapApply((k, v) -> (k, ${own}), attributes), 'Map(LowCardinality(String), String)') AS attributes)
    FROM (SELECT *, arrayJoin(range(${from}, ${to})) AS copy FROM default.week))
    SETTINGS max_threads = 1, max_insert_threads = 1, max_block_size = 512, max_partitions_per_insert_block = 0,
      min_insert_block_size_rows = 10000, min_insert_block_size_bytes = 8000000`
}
