// Makes a backup of what a running ClickHouse has stored, and puts one back, by ClickHouse's own BACKUP and RESTORE.
import { isoTime, nowMs } from '../../core/clock.ts'
import { messageOf, UserError } from '../../core/errors.ts'
import type { Database } from '../clickhouse/database.ts'
import { RETENTION_IN_FORCE } from '../runtime/retention.ts'
import type { BackupDirectory } from './directory.ts'
import { type About, tarIn, writeBackup } from './file.ts'

/** Rows by table, copies that retries have left included. */
export type Rows = Readonly<Record<string, number>>

export interface BackedUp {
  readonly rows: Rows
  readonly schemaVersion: number
  readonly bytes: number
}

/**
 * @param directory where it makes the backup before it is written to the file
 * @throws UserError when ClickHouse cannot make it, or the file cannot be written
 */
export async function backUp(
  admin: Database,
  { file, directory, salt }: { readonly file: string; readonly directory: BackupDirectory; readonly salt: string },
  progress: (message: string) => void,
): Promise<BackedUp> {
  let rows: Rows = {}
  let schemaVersion = 0
  const { bytes } = await writeBackup(file, async () => {
    const tables = await tablesWithData(admin)
    schemaVersion = await schemaVersionOf(admin)
    progress('making the backup')
    await admin.run(`BACKUP ${listOf(tables)} TO File('${directory.name}')`).catch((error: unknown) => {
      if (!messageOf(error).includes('backups.allowed_path')) throw error
      throw new UserError(
        'the running ClickHouse was started by a version that made no backups: npm run stack -- down, then up, and try again',
      )
    })
    rows = await rowsOf(admin, tables)
    progress(`writing ${file}`)
    const about: About = { madeAt: isoTime(nowMs()), schemaVersion, salt, tables }
    return { about, ...directory.pack() }
  })
  return { rows, schemaVersion, bytes }
}

/**
 * Puts the tables of a backup in the place of all that is there; the next start of the stack makes the rest of the schema, or brings it forward.
 * @param admin of a ClickHouse that holds nothing
 * @throws UserError when ClickHouse refuses it
 */
export async function putBack(
  admin: Database,
  { file, directory, about }: { readonly file: string; readonly directory: BackupDirectory; readonly about: About },
): Promise<void> {
  await directory.unpack(tarIn(file))
  const made = await admin.rows<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = 'telemetry' ORDER BY engine LIKE '%View' DESC",
  )
  for (const { name } of made) await admin.run(`DROP TABLE telemetry.${name} SYNC`)
  const from = `${listOf(about.tables)} FROM File('${directory.name}')`
  // Rows that are older than they were to be kept there would go as soon as they are back, before anybody is told.
  await admin.run(`RESTORE ${from} SETTINGS structure_only = 1`)
  const limited = await admin.rows<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = 'telemetry' AND ${RETENTION_IN_FORCE} > 0`,
  )
  for (const { name } of limited) await admin.run(`ALTER TABLE telemetry.${name} REMOVE TTL`)
  await admin.run(`RESTORE ${from} SETTINGS allow_different_table_def = 1`)
}

/** Of the schema's version nothing is said: every stack has one. */
export async function rowsOf(database: Database, tables?: readonly string[]): Promise<Rows> {
  const counted = (tables ?? (await tablesWithData(database))).filter((table) => table !== 'schema_version')
  const rows = await Promise.all(
    counted.map(async (table) => {
      const [row] = await database.rows<{ rows: number }>(`SELECT count() AS rows FROM telemetry.${table}`)
      return [table, row?.rows ?? 0] as const
    }),
  )
  return Object.fromEntries(rows)
}

/** Views and landing tables hold nothing, and every start makes them. */
async function tablesWithData(database: Database): Promise<string[]> {
  const rows = await database.rows<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = 'telemetry' AND engine LIKE '%MergeTree' ORDER BY name",
  )
  return rows.map(({ name }) => name)
}

/** The version of the data. */
export async function schemaVersionOf(database: Database): Promise<number> {
  const [row] = await database.rows<{ version: number }>(
    'SELECT toUInt32(max(version)) AS version FROM telemetry.schema_version',
  )
  return row?.version ?? 0
}

function listOf(tables: readonly string[]): string {
  return tables.map((table) => `TABLE telemetry.${table}`).join(', ')
}
