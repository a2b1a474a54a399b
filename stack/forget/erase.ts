// Writes the tombstone of a person and deletes their rows, until no part on disk holds one.
import { UserError } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import type { Database } from '../clickhouse/database.ts'
import { deleteRows } from '../clickhouse/delete-rows.ts'
import { countForgotten, SESSIONS_OF_PERSON, TABLES, type Table } from './find.ts'

/** An insert that runs when the tombstone is written may not have seen it; none takes longer. */
const INSERTS_MS = 120_000
/** ClickHouse looks for old parts every five minutes at the latest, should it not be told to. */
const CLEANUP_MS = 400_000
const LOOK_MS = 100
/** It names the table of marks, never a person. */
const FORGOTTEN = 'telemetry_forgotten(attributes, resource_attributes)'

/**
 * While rows are deleted: old parts go at once instead of after eight minutes, which is safe where new ones are synced first. Whoever is stopped in
 * between leaves these settings, and nothing else is different.
 */
const CAREFUL: Readonly<Record<string, number>> = {
  old_parts_lifetime: 0,
  min_rows_to_fsync_after_merge: 1,
  min_compressed_bytes_to_fsync_after_merge: 1,
}

export interface Erased {
  readonly rows: Readonly<Record<Table, number>>
  /** Marks that the tombstone has of the person, those of sessions included. */
  readonly marks: number
  /** Parts that ClickHouse has put aside as broken: their rows are not looked at. */
  readonly detachedParts: number
}

/**
 * Of now on nothing of the person is stored, and what is stored goes.
 * @param marks of what the person may be stored as
 * @throws UserError when something cannot be deleted; it can be run again
 */
export async function erase(
  database: Database,
  marks: readonly string[],
  progress: (message: string) => void,
): Promise<Erased> {
  for (const table of TABLES) await database.run(`ALTER TABLE telemetry.${table} MODIFY SETTING ${settings('=')}`)
  try {
    progress('writing the tombstone')
    const tombstone = await bury(database, marks)
    const rows = await countForgotten(database)
    for (const table of TABLES) await deleteRows(database, { table, where: FORGOTTEN }, progress)
    progress('waiting until the old parts are gone')
    for (const table of TABLES) await removeOldParts(database, table)
    const left = await countForgotten(database)
    const most = TABLES.reduce((sum, table) => sum + left[table], 0)
    if (most > 0) throw new UserError(`${most} rows of the person are still there; run it again`)
    return { rows, marks: tombstone, detachedParts: await detachedParts(database) }
  } finally {
    // Where that fails, why is told already, and they do no harm.
    for (const table of TABLES)
      await database.run(`ALTER TABLE telemetry.${table} RESET SETTING ${settings()}`).catch(() => {})
  }
}

/** First the person, then their sessions: what comes in between is left out already, so no session is missed. */
async function bury(database: Database, marks: readonly string[]): Promise<number> {
  await database.run(
    `INSERT INTO telemetry.forgotten (mark, kind)
     SELECT toFixedString(unhex(arrayJoin({marks:Array(String)})), 32), 'person'`,
    { marks },
  )
  await insertsOfBefore(database)
  await database.run(
    `INSERT INTO telemetry.forgotten (mark, kind)
     SELECT telemetry_session_mark(session), 'session' FROM (${SESSIONS_OF_PERSON})`,
    { marks },
  )
  await insertsOfBefore(database)
  const [sessions] = await database.rows<{ found: number }>(
    `SELECT toUInt32(count()) AS found FROM (${SESSIONS_OF_PERSON})`,
    { marks },
  )
  return marks.length + (sessions?.found ?? 0)
}

/** Waits for the inserts that run now. */
async function insertsOfBefore(database: Database): Promise<void> {
  const running = async () =>
    (
      await database.rows<{ id: string }>(
        "SELECT query_id AS id FROM system.processes WHERE query_kind IN ('Insert', 'AsyncInsertFlush')",
      )
    ).map(({ id }) => id)
  const before = await running()
  await until(
    'the end of the inserts that were under way',
    async () => {
      const now = new Set(await running())
      return !before.some((id) => now.has(id))
    },
    { timeoutMs: INSERTS_MS, intervalMs: LOOK_MS },
  )
}

/** Parts that were replaced until now: they hold what was deleted, until ClickHouse removes their files. */
async function removeOldParts(database: Database, table: Table): Promise<void> {
  const [clock] = await database.rows<{ now: string }>('SELECT toString(now()) AS now')
  await until(
    `the end of the old parts of ${table}`,
    async () => {
      // It looks for them by itself, but in minutes only. Stopped and started again, it looks at once.
      await database.run(`SYSTEM STOP CLEANUP telemetry.${table}`)
      await database.run(`SYSTEM START CLEANUP telemetry.${table}`)
      const [old] = await database.rows<{ parts: number }>(
        `SELECT toUInt32(count()) AS parts FROM system.parts
         WHERE database = 'telemetry' AND table = {table:String} AND NOT active AND remove_time <= {now:DateTime}`,
        { table, now: clock?.now },
      )
      return old?.parts === 0
    },
    { timeoutMs: CLEANUP_MS, intervalMs: LOOK_MS },
  )
}

async function detachedParts(database: Database): Promise<number> {
  const [row] = await database.rows<{ parts: number }>(
    "SELECT toUInt32(count()) AS parts FROM system.detached_parts WHERE database = 'telemetry'",
  )
  return row?.parts ?? 0
}

function settings(assign = ''): string {
  return Object.entries(CAREFUL)
    .map(([name, value]) => (assign === '' ? name : `${name} ${assign} ${value}`))
    .join(', ')
}
