// What the daily stack has stored by the day on which it came, and what room is left for more.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../clickhouse/database.ts'
import { parseFileName } from '../client/buffer/file-names.ts'
import { RETENTION_IN_FORCE } from '../runtime/retention.ts'
import { dailyDirectory } from './state.ts'

interface Totals {
  readonly bytes: number
  readonly freeBytes: number
  readonly retentionDays: number
}

export interface StoredGrowth extends Totals {
  readonly rows: readonly { readonly daysAgo: number; readonly rows: number }[]
  readonly waitingBytes: number
}

const RECORDS = ['log_records', 'metric_points']
  .map((table) => `SELECT received_at FROM telemetry.${table}`)
  .join(' UNION ALL ')

/** @param admin only the administrator sees what parts and disks there are @param buffer the relay's directory @param waiting in the queue */
export async function readStoredGrowth(admin: Database, buffer: string, waiting: number): Promise<StoredGrowth> {
  const rows = await admin.rows<{ daysAgo: number; rows: number }>(
    `SELECT toInt32(intDiv(dateDiff('second', received_at, now64(3)), 86400)) AS daysAgo, count() AS rows
     FROM (${RECORDS}) GROUP BY daysAgo ORDER BY daysAgo`,
  )
  const [totals] = await admin.rows<Totals>(
    `SELECT (SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'telemetry' AND table IN ('log_records', 'metric_points')) AS bytes,
            (SELECT free_space FROM system.disks WHERE name = 'default') AS freeBytes,
            (SELECT max(${RETENTION_IN_FORCE}) FROM system.tables WHERE database = 'telemetry') AS retentionDays`,
  )
  const parked = await bytesIn(buffer, (name) => parseFileName(name)?.kind === 'parked')
  // The queue's files do not become smaller when it is empty.
  const queued = waiting === 0 ? 0 : await bytesIn(join(dailyDirectory(), 'data/collector-queue/queue'), () => true)
  return {
    rows,
    waitingBytes: parked + queued,
    bytes: totals?.bytes ?? 0,
    freeBytes: totals?.freeBytes ?? 0,
    retentionDays: totals?.retentionDays ?? 0,
  }
}

/** 0 where there is no such directory, as with containers. */
async function bytesIn(directory: string, isWanted: (name: string) => boolean): Promise<number> {
  const names = (await readdir(directory).catch(() => [])).filter(isWanted)
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(directory, name)).catch(() => undefined))?.size ?? 0),
  )
  return sizes.reduce((total, size) => total + size, 0)
}
