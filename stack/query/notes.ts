// What a person must know to read a query's numbers: events that no window shows, sums that stand for more than is stored, and samples beside them.
import type { Database } from '../clickhouse/database.ts'
import { loadedSamples } from '../samples/loaded.ts'
import { runQuery } from './query.ts'
import { type Window, windowParameters } from './window.ts'

/** One line each; none where there is nothing to say. @param dataset the sample that was asked about */
export async function notesOn(
  database: Database,
  stackDirectory: string,
  window: Window,
  dataset?: string,
): Promise<string[]> {
  return [
    ...(await ofTimes(database, stackDirectory)),
    ...(await ofSampling(database, window)),
    ...(dataset === undefined ? await ofSamples(database) : []),
  ]
}

async function ofSamples(database: Database): Promise<string[]> {
  const names = (await loadedSamples(database)).map((sample) => sample.dataset)
  return names.length === 0 ? [] : [`not in any of this: what was loaded as a sample (--dataset ${names.join(', ')})`]
}

async function ofTimes(database: Database, stackDirectory: string): Promise<string[]> {
  const rows = await runQuery<{ before_2020: number; in_the_future: number }>(
    database,
    stackDirectory,
    'impossible-times',
    {},
  )
  const old = rows.reduce((sum, row) => sum + row.before_2020, 0)
  const future = rows.reduce((sum, row) => sum + row.in_the_future, 0)
  if (old + future === 0) return []
  return [
    `not in any of this: ${old} events from before 2020 and ${future} from the future (npm run query -- impossible-times)`,
  ]
}

async function ofSampling(database: Database, window: Window): Promise<string[]> {
  const { from, to } = windowParameters(window)
  const [row] = await database.rows<{ events: number; all: number; rates: number[] }>(
    `SELECT count() AS events, round(sum(weight)) AS all, arraySort(groupUniqArray(sampling_percentage)) AS rates
     FROM telemetry.telemetry_events
     WHERE sampling_percentage < 100 AND timestamp >= {from:DateTime64(3, 'UTC')} AND timestamp < {to:DateTime64(3, 'UTC')}`,
    { from, to },
  )
  if (row === undefined || row.events === 0) return []
  const rates = row.rates.map((rate) => `${rate} %`).join(', ')
  return [
    `estimated: ${row.events} of these events were sampled (${rates} of the sessions) and count as ${row.all}; sessions and people are those that were stored`,
  ]
}
