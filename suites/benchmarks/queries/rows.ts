// Ten million rows of a year: a team's week through the whole pipeline, then copies of it with ids and weeks of their own, made in ClickHouse.
// Made once for each schema and seed, and kept in the cache.
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { stopSignal } from '../../../core/cleanup.ts'
import { UserError } from '../../../core/errors.ts'
import { cacheDirectory, stackDirectory } from '../../../core/paths.ts'
import { until } from '../../../core/poll.ts'
import { plansOf, teamParts } from '../../../generators/team/parts.ts'
import { readPreset } from '../../../generators/team/preset.ts'
import { connect, type Database } from '../../../stack/clickhouse/database.ts'
import { startEmbedded } from '../../../stack/runtime/embedded/embedded.ts'

export const ROWS = 10_000_000
/** When the newest week ends. */
export const END_MS = Date.parse('2026-06-01T00:00:00Z')

const DAY_MS = 86_400_000
const SEED = 1
const WEEKS = 52
/** Copies of an insert: ClickHouse has a GiB here. */
const AT_ONCE = 4
const REST_MS = 600_000

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
  await make(partial, progress)
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

async function make(dataDirectory: string, progress: (message: string) => void): Promise<void> {
  await using stack = await startEmbedded({ stackDirectory, ports: 'free', dataDirectory })
  await using admin = connect(stack, 'admin', { answerMs: 300_000 })
  progress('queries: a team’s week goes through the pipeline')
  await sendWeek(stack.endpoints.otlpHttp)
  const week = await stored(admin)
  await admin.run('CREATE TABLE default.week ENGINE = Memory AS SELECT * FROM telemetry.log_records')
  const copies = Math.ceil(ROWS / week)
  for (let from = 1; from < copies; from += AT_ONCE) {
    stopSignal.throwIfAborted()
    progress(`queries: ${from * week} of ${ROWS} rows`)
    await admin.run(copiesOf(from, Math.min(copies, from + AT_ONCE), Math.ceil(copies / WEEKS)))
  }
  await admin.run('DROP TABLE default.week')
  progress('queries: parts are merged')
  await until('rest from merging', async () => (await admin.rows('SELECT 1 FROM system.merges LIMIT 1')).length === 0, {
    timeoutMs: REST_MS,
    intervalMs: 500,
    signal: stopSignal,
  })
}

/** The number of rows, once no more come. */
async function stored(admin: Database): Promise<number> {
  const counted = async () => (await admin.rows<{ n: number }>('SELECT count() AS n FROM telemetry.log_records'))[0]?.n
  let before = -1
  await until(
    'the week',
    async () => {
      const now = (await counted()) ?? 0
      const rests = now > 0 && now === before
      before = now
      return rests
    },
    { timeoutMs: REST_MS, intervalMs: 3000, signal: stopSignal },
  )
  return before
}

/** @throws UserError at the first request that is not taken */
async function sendWeek(otlpHttp: string): Promise<void> {
  const preset = await readPreset('team-week')
  const options = { preset, seed: SEED, startMs: END_MS - (preset.days ?? 7) * DAY_MS }
  for await (const { bytes } of teamParts(options, plansOf(options))) {
    for (const line of Buffer.from(bytes).toString().split('\n').filter(Boolean)) {
      const signal = line.startsWith('{"resourceLogs"') ? 'logs' : 'metrics'
      const headers = { 'content-type': 'application/json' }
      const send = () => fetch(`${otlpHttp}/v1/${signal}`, { method: 'POST', headers, body: line })
      const { status } = await until(
        'an answer that is no refusal',
        async () => {
          const response = await send()
          await response.arrayBuffer()
          return response.status === 429 || response.status === 503 ? false : response
        },
        { timeoutMs: REST_MS, signal: stopSignal },
      )
      if (status !== 200) throw new UserError(`the collector answered ${status} to a request of the week`)
    }
  }
}

/** Copies `from` up to and without `to`: so many of each week, each with people, sessions and ids of its own. */
function copiesOf(from: number, to: number, eachWeek: number): string {
  const back = `toIntervalWeek(intDiv(copy, ${eachWeek}))`
  const person = `copy % ${eachWeek}`
  const uuid = (of: string) => `toString(reinterpretAsUUID(sipHash128(${of}, copy)))`
  const id = (prefix: string, of: string) => `concat('${prefix}', lower(hex(sipHash128(${of}, copy))))`
  const user = `concat('sha256:', lower(hex(sipHash128(ifNull(user_id, ''), ${person}))), lower(hex(sipHash128(ifNull(user_id, ''), ${person}, 1))))`
  const stamp = `concat(replaceOne(toString(parseDateTime64BestEffort(v, 3, 'UTC') - ${back}), ' ', 'T'), 'Z')`
  const own = `multiIf(k IN ('session.id', 'prompt.id'), ${uuid('v')}, k = 'request_id', ${id('req_', 'v')}, k = 'tool_use_id', ${id('toolu_', 'v')}, k = 'event.timestamp', ${stamp}, v)`
  return `INSERT INTO telemetry.log_records
    SELECT * EXCEPT (copy, of_client, impossible_time) REPLACE (
      reinterpretAsUUID(sipHash128(event_id, copy)) AS event_id,
      timestamp - ${back} AS timestamp,
      sent_time - ${back} AS sent_time,
      if(session_id IS NULL, NULL, ${uuid('session_id')}) AS session_id,
      if(prompt_id IS NULL, NULL, ${uuid('prompt_id')}) AS prompt_id,
      if(request_id IS NULL, NULL, ${id('req_', 'request_id')}) AS request_id,
      if(tool_use_id IS NULL, NULL, ${id('toolu_', 'tool_use_id')}) AS tool_use_id,
      ${user} AS user_id,
      CAST(mapApply((k, v) -> (k, ${own}), attributes), 'Map(LowCardinality(String), String)') AS attributes), of_client, impossible_time
    FROM (SELECT *, arrayJoin(range(${from}, ${to})) AS copy FROM default.week)
    SETTINGS max_threads = 1, max_insert_threads = 1, max_block_size = 512, max_partitions_per_insert_block = 0,
      min_insert_block_size_rows = 30000, min_insert_block_size_bytes = 16000000`
}
