// Deletes rows of a table, and waits until every part that held one is written anew.
import { nowMs, sleep } from '../../core/clock.ts'
import { UserError } from '../../core/errors.ts'
import type { Database } from './database.ts'

/** Every part with such a row is written anew. */
const DELETE_MS = 4 * 3_600_000
const LOOK_MS = 100

export interface Deletion {
  readonly table: string
  /** A condition; ClickHouse keeps its text, so it names no person. */
  readonly where: string
  readonly parameters?: Readonly<Record<string, unknown>>
}

/** @throws UserError when ClickHouse cannot, or not in time; it may still go on by itself */
export async function deleteRows(
  database: Database,
  { table, where, parameters }: Deletion,
  progress: (message: string) => void,
): Promise<void> {
  await database.run(`ALTER TABLE telemetry.${table} DELETE WHERE ${where} SETTINGS mutations_sync = 0`, parameters)
  const endMs = nowMs() + DELETE_MS
  for (;;) {
    const [left] = await database.rows<{ parts: number; why: string }>(
      `SELECT toUInt32(sum(parts_to_do)) AS parts, anyLast(latest_fail_reason) AS why
       FROM system.mutations WHERE database = 'telemetry' AND table = {table:String} AND NOT is_done HAVING count() > 0`,
      { table },
    )
    if (left === undefined) return
    if (nowMs() > endMs || left.why !== '')
      throw new UserError(
        `rows of ${table} are not deleted yet: ${left.why.split('\n')[0] || `${left.parts} parts are left`}`,
      )
    progress(`deleting from ${table}: ${left.parts} parts are left`)
    await sleep(LOOK_MS)
  }
}
