// Finds a person's rows in ClickHouse by the marks of what they are known by, and what else stands beside them there.
import type { Database } from '../clickhouse/database.ts'

/** The tables that hold records, in the order in which they are told. */
export const TABLES = ['log_records', 'metric_points'] as const
export type Table = (typeof TABLES)[number]

export interface Found {
  /** Rows of the person, copies that retries have left included. */
  readonly rows: Readonly<Record<Table, number>>
  readonly sessions: number
}

/** A value that names somebody in the person's rows and in others, which do not name the person. */
export interface Beside {
  readonly value: string
  readonly otherRows: number
}

const NAMED = 'telemetry_named(attributes, resource_attributes)'
const SESSION = 'telemetry_session(attributes, resource_attributes)'
const MARKS = '(SELECT arrayMap(mark -> toFixedString(unhex(mark), 32), {marks:Array(String)}))'
const NAMES_PERSON = `arrayExists(value -> has(${MARKS}, telemetry_person_mark(value)), ${NAMED})`
const MOST_BESIDE = 20

/** A query over all rows of both tables. */
function everywhere(select: string): string {
  return TABLES.map(
    (table) => `SELECT '${table}' AS place, ${select.replace('FROM rows', `FROM telemetry.${table}`)}`,
  ).join(' UNION ALL ')
}

/** The sessions of rows that name the person, but for what stands in the place of one. */
export const SESSIONS_OF_PERSON = `SELECT DISTINCT session FROM (${everywhere(
  `${SESSION} AS session FROM rows WHERE telemetry_tells(session) AND ${NAMES_PERSON}`,
)})`

/** What is known of the person, before anything is deleted. @param marks of what the person may be stored as */
export async function findPerson(database: Database, marks: readonly string[]): Promise<Found> {
  const ofSession = `empty(${NAMED}) AND ${SESSION} IN (${SESSIONS_OF_PERSON})`
  const counted = await database.rows<{ place: Table; found: number }>(
    everywhere(`toUInt32(countIf(${NAMES_PERSON} OR (${ofSession}))) AS found FROM rows`),
    { marks },
  )
  const [sessions] = await database.rows<{ found: number }>(
    `SELECT toUInt32(count()) AS found FROM (${SESSIONS_OF_PERSON})`,
    { marks },
  )
  return { rows: rowsOf(counted), sessions: sessions?.found ?? 0 }
}

/** Rows that the tombstone covers and that are still there. */
export async function countForgotten(database: Database): Promise<Readonly<Record<Table, number>>> {
  return rowsOf(
    await database.rows<{ place: Table; found: number }>(
      everywhere('toUInt32(countIf(telemetry_forgotten(attributes, resource_attributes))) AS found FROM rows'),
    ),
  )
}

/** By what else the person may be known: nothing here is acted upon, as others may be known by it too. */
export async function findBeside(database: Database, marks: readonly string[]): Promise<Beside[]> {
  return database.rows<Beside>(
    `SELECT value, toUInt32(countIf(NOT names)) AS otherRows
     FROM (${everywhere(`${NAMES_PERSON} AS names, arrayJoin(arrayDistinct(${NAMED})) AS value FROM rows`)})
     GROUP BY value HAVING countIf(names) > 0 AND otherRows > 0 ORDER BY otherRows DESC, value LIMIT ${MOST_BESIDE}`,
    { marks },
  )
}

function rowsOf(counted: readonly { readonly place: Table; readonly found: number }[]): Record<Table, number> {
  const of = (table: Table) => counted.find(({ place }) => place === table)?.found ?? 0
  return { log_records: of('log_records'), metric_points: of('metric_points') }
}
