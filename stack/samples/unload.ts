// Removes a sample from the tables that hold records, and nothing else.
import { UserError } from '../../core/errors.ts'
import type { Database } from '../clickhouse/database.ts'
import { deleteRows } from '../clickhouse/delete-rows.ts'
import { loadedSample, loadedSamples, type Sample } from './loaded.ts'

const TABLES = ['log_records', 'metric_points'] as const

/**
 * @param admin who may delete
 * @returns what was there of it
 * @throws UsageError when there is no such sample; UserError when something of it is left: it can be run again
 */
export async function unload(
  admin: Database,
  dataset: string,
  progress: (message: string) => void = () => {},
): Promise<Sample> {
  const sample = await loadedSample(admin, dataset)
  for (const table of TABLES)
    await deleteRows(admin, { table, where: 'dataset = {dataset:String}', parameters: { dataset } }, progress)
  const left = (await loadedSamples(admin)).find((one) => one.dataset === dataset)
  if (left !== undefined)
    throw new UserError(
      `${left.log_records + left.data_points} records of ${dataset} are still there, or came meanwhile; run it again`,
    )
  return sample
}
