// The samples that are loaded into a stack: which there are, and how a query is told that it is about one of them.
import { UsageError } from '../../core/errors.ts'
import type { Database } from '../clickhouse/database.ts'

export interface Sample {
  readonly dataset: string
  /** Records and data points, each once. */
  readonly log_records: number
  readonly data_points: number
  /** In UTC, of the earliest and the latest record. */
  readonly first: string
  readonly last: string
  /** When the last of it came. */
  readonly loaded_at: string
}

/** ClickHouse's settings of a query that is to see this sample and nothing else; without a name, what is no sample (telemetry_shown). */
export function settingsFor(dataset: string | undefined): Readonly<Record<string, string>> {
  return dataset === undefined ? {} : { log_comment: `dataset:${dataset}` }
}

export function loadedSamples(database: Database): Promise<Sample[]> {
  return database.rows<Sample>('SELECT * FROM telemetry.datasets')
}

/** @throws UsageError when none of that name is loaded */
export async function loadedSample(database: Database, dataset: string): Promise<Sample> {
  const samples = await loadedSamples(database)
  const found = samples.find((sample) => sample.dataset === dataset)
  if (found !== undefined) return found
  const others = samples.length === 0 ? 'none is loaded' : `loaded: ${samples.map((one) => one.dataset).join(', ')}`
  throw new UsageError(`there is no sample ${dataset}; ${others}`)
}
