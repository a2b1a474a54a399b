// A dataset on its way through a running stack: written, loaded in one format, and held against its manifest.
import { join } from 'node:path'
import { stopSignal } from '../../core/cleanup.ts'
import { UserError } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import { connect, type Database } from '../../stack/clickhouse/database.ts'
import { standard } from '../../stack/client/buffer/options.ts'
import { loadFiles } from '../../stack/client/load/load-files.ts'
import { transportTo } from '../../stack/client/transport/to-url.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import type { FormatName } from '../dataset/formats.ts'
import { loadFlatFile } from '../dataset/load-flat.ts'
import type { FileEntry, Manifest } from '../dataset/manifest.ts'
import { readCollector } from '../experiment/collector-metrics.ts'

const STORED_MS = 120_000
const TABLES = ['log_records', 'metric_points', 'policy_audit_before']

/** Rows that the views show. */
export interface StoredCounts {
  readonly events: number
  readonly points: number
}

/** Nothing of what was stored is left. */
export async function emptied(stack: Stack): Promise<void> {
  await using admin = connect(stack, 'admin')
  for (const table of TABLES) await admin.run(`TRUNCATE TABLE telemetry.${table}`)
}

/** Through the collector or straight into the landing tables, as the format is. @param dataset the sample that it is marked as @throws UserError when it is not taken */
export async function loadFormat(
  stack: Stack,
  directory: string,
  files: readonly FileEntry[],
  dataset?: string,
): Promise<void> {
  const requests = files.filter(({ holds }) => holds === 'requests')
  for (const file of files)
    if (file.holds !== 'requests') await loadFlatFile(stack, directory, file, { dataset, signal: stopSignal })
  if (requests.length === 0) return
  await using transport = transportTo(stack.endpoints.otlpHttp, 'the collector')
  await loadFiles({
    ...standard,
    files: requests.map(({ path }) => join(directory, path)),
    from: 1,
    dataset,
    transport,
    signal: stopSignal,
    refused: (place, reason) => {
      throw new UserError(`${place}: ${reason}`)
    },
    progress: () => {},
  })
}

export function filesOf({ files }: Manifest, format: FormatName): FileEntry[] {
  return files.filter((file) => file.format === format)
}

/** Waits until the collector has nothing left, and so many records are shown. */
export async function stored(stack: Stack, database: Database, records: number): Promise<StoredCounts> {
  return await until(
    `${records} records in ClickHouse`,
    async () => {
      if ((await readCollector(stack))?.queued !== 0) return false
      const counts = await countsIn(database)
      return counts.events + counts.points >= records && (await readCollector(stack))?.queued === 0 && counts
    },
    { timeoutMs: STORED_MS, signal: stopSignal },
  )
}

/** Waits until the collector has handed over all that it took. */
export async function rested(stack: Stack): Promise<void> {
  const isEmpty = async () => (await readCollector(stack))?.queued === 0
  await until('an empty queue', async () => (await isEmpty()) && (await isEmpty()), {
    timeoutMs: STORED_MS,
    signal: stopSignal,
  })
}

/** What its views show. */
export async function countsIn(database: Database): Promise<StoredCounts> {
  const [counts] = await database.rows<StoredCounts>(
    `SELECT (SELECT count() FROM telemetry.telemetry_events) AS events, (SELECT count() FROM telemetry.telemetry_metrics) AS points`,
  )
  if (counts === undefined) throw new Error('a count has no row')
  return counts
}
