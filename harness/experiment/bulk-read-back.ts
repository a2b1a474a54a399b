// Reads back what is stored of a bulk load: counts and sums of hashes by session.
import { COPY_DIGITS } from '../../generators/bulk/copies.ts'
import type { Database } from '../../stack/clickhouse/database.ts'
import { judgeBulk, type SessionSums } from '../judge/judge-bulk.ts'
import { addBulkTallies, type BulkTally } from '../judge/model/bulk-tally.ts'
import { carryOver, type Representative, representativeOf, type SessionClass } from '../judge/session-classes.ts'
import type { BulkLedger } from './bulk-ledger.ts'
import { PLAIN, QUICK_HIGH, QUICK_LOW } from './quick-hash.ts'
import { ROW_HASH, ROW_SUMS } from './row-hash.ts'

/** More classes than templates and so many, and reading one of each is no shorter way. */
const ODD_CLASSES = 128

/** Of each session of the load what is stored, and how it was found. */
export interface BulkRead {
  readonly sessions: readonly SessionSums[]
  /** Sessions whose rows were hashed as the ledger does it; the others are copies of one of them. */
  readonly thorough: number
}

/** Copies from `from` on and before `to`; without an end where that is infinite. */
export interface CopyRange {
  readonly from: number
  readonly to: number
}

const ALL: CopyRange = { from: 0, to: Number.POSITIVE_INFINITY }

/** What is stored of each session of the load. @throws UserError when ClickHouse does not answer */
export async function readBulk(
  ledger: BulkLedger,
  database: Database,
  range: CopyRange = ALL,
): Promise<readonly SessionSums[]> {
  return (await readInClasses(ledger, database, range)).sessions
}

/**
 * In two steps: all rows by a hash that is quick, and of each class of equal sessions one by the hash that the ledger has. What a class is
 * worth is decided by the second; the first only says who belongs to it. Where that is no shorter, or not certain, every row is hashed as
 * the ledger does it.
 */
export async function readInClasses(ledger: BulkLedger, database: Database, range: CopyRange = ALL): Promise<BulkRead> {
  const load = { ...ofTheLoad(ledger), ...endsOf(range) }
  const classes = await database.rows<SessionClass>(
    `SELECT rows, toString(sum_low) AS low, toString(sum_high) AS high, groupArray(session_id) AS sessions
     FROM (SELECT session_id, count() AS rows, sum(${QUICK_LOW}) AS sum_low, sum(${QUICK_HIGH}) AS sum_high
           FROM telemetry_events WHERE ${OF_THE_LOAD} AND ${IN_RANGE} GROUP BY session_id)
     GROUP BY left(session_id, {length:UInt8}), rows, sum_low, sum_high ${ON_ALL_CORES}`,
    load,
  )
  if (classes.length <= ledger.templates.length + ODD_CLASSES) {
    const sessions = carryOver(classes, await readThoroughly(database, classes.map(representativeOf)))
    if (sessions !== undefined) return { sessions, thorough: classes.length }
  }
  const sessions = await database.rows<SessionSums>(
    `SELECT session_id AS session, count() AS rows, ${ROW_SUMS.low} AS low, ${ROW_SUMS.high} AS high
     FROM (SELECT session_id, ${ROW_HASH} AS hash FROM telemetry_events WHERE ${OF_THE_LOAD} AND ${IN_RANGE})
     GROUP BY session_id ${ON_ALL_CORES}`,
    load,
  )
  return { sessions, thorough: sessions.length }
}

/** Both hashes in one query: a row that arrives meanwhile is in both, or in neither. */
async function readThoroughly(database: Database, sessions: readonly string[]): Promise<Representative[]> {
  const found = await database.rows<SessionSums & { quickLow: string; quickHigh: string; plain: number }>(
    `SELECT session_id AS session, count() AS rows, ${ROW_SUMS.low} AS low, ${ROW_SUMS.high} AS high,
            toString(sum(quick_low)) AS quickLow, toString(sum(quick_high)) AS quickHigh, min(is_plain) AS plain
     FROM (SELECT session_id, ${ROW_HASH} AS hash, ${QUICK_LOW} AS quick_low, ${QUICK_HIGH} AS quick_high, ${PLAIN} AS is_plain
           FROM telemetry_events WHERE session_id IN {sessions:Array(String)})
     GROUP BY session_id ${ON_ALL_CORES}, ${BY_INDEX}`,
    { sessions },
  )
  return found.map(({ session, rows, low, high, quickLow, quickHigh, plain }) => ({
    session,
    quick: { rows, low: quickLow, high: quickHigh },
    thorough: { rows, low, high },
    plain: plain === 1,
  }))
}

/** Copies whose sessions are held in memory at a time. */
const AT_A_TIME = 200_000

/** Holds every request to what is stored, in memory that does not grow with the load. @throws UserError when ClickHouse does not answer */
export async function judgeInParts(
  ledger: BulkLedger,
  database: Database,
  progress: (done: number) => void,
  atATime = AT_A_TIME,
): Promise<BulkTally> {
  let tally: BulkTally | undefined
  for (let from = 0; tally === undefined || from < ledger.requests; from += atATime) {
    progress(from)
    // The last has no end: what nobody offered belongs to it.
    const to = from + atATime < ledger.requests ? from + atATime : Number.POSITIVE_INFINITY
    const part = judgeBulk(ledger.part(from, to), await readBulk(ledger, database, { from, to }))
    tally = tally === undefined ? part : addBulkTallies(tally, part)
  }
  return tally
}

/** Rows of the load's sessions that a query sees by now. */
export async function countBulk(ledger: BulkLedger, database: Database): Promise<number> {
  const [row] = await database.rows<{ rows: number }>(
    `SELECT count() AS rows FROM telemetry_events WHERE ${OF_THE_LOAD}`,
    ofTheLoad(ledger),
  )
  return row?.rows ?? 0
}

const OF_THE_LOAD = 'left(session_id, {length:UInt8}) IN {prefixes:Array(String)}'

/** The digits at the end of a copy's session are as many for each, so their order is that of the numbers. */
const IN_RANGE = `right(ifNull(session_id, ''), ${COPY_DIGITS}) >= {first:String} AND right(ifNull(session_id, ''), ${COPY_DIGITS}) < {end:String}`

/** What has no digits there, because it was changed, is before the second copy or behind the last: it belongs to some range too. */
function endsOf({ from, to }: CopyRange) {
  const digits = (number: number) => number.toString(16).padStart(COPY_DIGITS, '0')
  return { first: from === 0 ? '' : digits(from), end: Number.isFinite(to) ? digits(to) : '\u{10FFFF}' }
}

/** The prefixes of the load's sessions, all equally long: ids are. */
function ofTheLoad({ templates }: BulkLedger) {
  const prefixes = [...new Set(templates.map(({ sessionPrefix }) => sessionPrefix))]
  const length = prefixes[0]?.length ?? 0
  if (prefixes.some((prefix) => prefix.length !== length)) throw new Error('sessions of a load have ids of one length')
  return { prefixes, length }
}

/** With less than a GiB a thread, which is what all of ClickHouse has here, it would read with one thread only. */
const ON_ALL_CORES = 'SETTINGS max_threads_min_free_memory_per_thread = 0'

/** Of the parts that overlap only what may have the session is read. A row that this shows and others would not is no row of its class: see `carryOver`. */
const BY_INDEX = 'use_skip_indexes_if_final_exact_mode = 0'
