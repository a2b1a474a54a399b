// What is said when a query has no rows: whether there is a schema, data at all, and where in time it lies.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../core/errors.ts'
import type { Database } from '../clickhouse/database.ts'
import { loadedSamples } from '../samples/loaded.ts'
import { localTime, type Window } from './window.ts'

/** @throws UserError when the database is empty or of another version than the stack's files */
export async function requireSchema(database: Database, stackDirectory: string): Promise<void> {
  const files = (await readdir(join(stackDirectory, 'clickhouse/schema'))).filter((name) => name.endsWith('.sql'))
  const wanted = Math.max(...files.map((name) => Number.parseInt(name, 10)))
  const [row] = await database
    .rows<{ version: number }>('SELECT toUInt32(max(version)) AS version FROM telemetry.schema_version')
    .catch((error: unknown) => {
      if (error instanceof Error && /UNKNOWN_(?:TABLE|DATABASE)|does not exist/.test(error.message))
        return [{ version: 0 }]
      throw error
    })
  const version = row?.version ?? 0
  if (version === wanted) return
  const state = version === 0 ? 'has no tables yet' : `is of schema version ${version}, these files are of ${wanted}`
  throw new UserError(`the database ${state}, so nothing can be asked; bring it up to date with: npm run stack -- up`)
}

/** One line that says where the data lies instead. */
export async function whyNothing(
  database: Database,
  window: Window,
  session: string | undefined,
  filters: string,
): Promise<string> {
  const [row] = await database.rows<{ events: number; firstMs: number; lastMs: number; there: number }>(
    `SELECT count() AS events, toUnixTimestamp64Milli(min(timestamp)) AS firstMs, toUnixTimestamp64Milli(max(timestamp)) AS lastMs,
       countIf(session_id = {session:String}) AS there FROM telemetry.telemetry_events`,
    { session: session ?? '' },
  )
  if (!row || row.events === 0) {
    const [other] = await database.rows<{ records: number }>('SELECT count() AS records FROM telemetry.other_records')
    const others = other?.records
      ? `, only ${other.records} records of other programs (in telemetry.other_records)`
      : ''
    const samples = (await loadedSamples(database)).map((sample) => sample.dataset)
    const besides = samples.length === 0 ? '' : `, only samples (--dataset ${samples.join(', ')})`
    return `no rows: nothing of the client has been stored yet${others}${besides}; \`npm run doctor\` says why nothing arrives`
  }
  if (session !== undefined && row.there === 0)
    return `no rows: there is no event of session ${session}; \`npm run query -- dearest-sessions\` shows some that there are`
  const { tz, fromMs, toMs } = window
  const range = `${localTime(row.firstMs, tz)} to ${localTime(row.lastMs, tz)}`
  return `no rows${filters === '' ? '' : ` with ${filters}`} from ${localTime(fromMs, tz)} to ${localTime(toMs, tz)} (${tz}); there are ${row.events.toLocaleString('en-US')} events, from ${range}`
}
