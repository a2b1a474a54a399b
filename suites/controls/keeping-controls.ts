// Sabotages of how long rows are kept, of what is said of their growth, and of backups.
import type { Control } from './control.ts'

const retention = { scenario: 'keeping/retention', oracle: 'storage' } as const
const file = 'clickhouse/retention.sql'
const growth = { scenario: 'keeping/growth', oracle: 'storage' } as const
const backup = { scenario: 'keeping/backup', oracle: 'storage' } as const
const [making, restoring] = ['backup/backup.ts', 'backup/restore.ts']

export const keepingControls: readonly Control[] = [
  {
    id: 'kept-by-own-time',
    sabotage: "keeps rows by the record's own time: what says 1971 goes at once",
    ...retention,
    edits: [{ file, from: "concat('received_at + ", to: "concat('timestamp + " }],
  },
  {
    id: 'old-parts-kept',
    sabotage: 'keeps what was there before the time was set',
    ...retention,
    edits: [{ file, from: 'materialize_ttl_after_modify = 1', to: 'materialize_ttl_after_modify = 0' }],
  },
  {
    id: 'points-kept',
    sabotage: 'keeps data points for ever, whatever is set',
    ...retention,
    edits: [{ file, from: "name IN ('log_records', 'metric_points')", to: "name IN ('log_records')" }],
  },
  {
    id: 'kept-anew-at-each-start',
    sabotage: 'looks through all parts at every start',
    ...retention,
    edits: [
      { file, from: "concat(' MODIFY TTL '", to: "if(found = wanted, ' MATERIALIZE TTL', concat(' MODIFY TTL '" },
      { file, from: "mutations_sync = 0')", to: "mutations_sync = 0'))" },
      { file, from: 'WHERE found != wanted', to: 'WHERE {days:UInt32} > 0 OR found != wanted' },
    ],
  },
  {
    id: 'limit-for-good',
    sabotage: 'never lifts a limit that was set once',
    ...retention,
    edits: [{ file, from: 'WHERE found != wanted', to: 'WHERE found != wanted AND {days:UInt32} > 0' }],
  },
  {
    id: 'limited-by-default',
    sabotage: 'keeps rows for ninety days where nobody has said so',
    ...retention,
    edits: [{ file: 'compose.yaml', from: 'TELEMETRY_RETENTION_DAYS:-0', to: 'TELEMETRY_RETENTION_DAYS:-90' }],
  },
  {
    id: 'growth-by-own-time',
    sabotage: "counts what has come of late by the records' own time, so that nothing seems to come",
    ...growth,
    edits: [
      { file: 'daily/stored-growth.ts', from: "dateDiff('second', received_at,", to: "dateDiff('second', own_time," },
      { file: 'daily/stored-growth.ts', from: 'SELECT received_at FROM', to: 'SELECT timestamp AS own_time FROM' },
    ],
  },
  {
    id: 'growth-untold',
    sabotage: 'warns only when the disk is full tomorrow',
    ...growth,
    edits: [{ file: 'doctor/growth.ts', from: 'WARN_DAYS = 7', to: 'WARN_DAYS = 2' }],
  },
  {
    id: 'growth-of-a-week',
    sabotage: 'does not see that the last day was faster than the week',
    ...growth,
    edits: [{ file: 'doctor/growth.ts', from: 'Math.max(ofLast(1), ', to: 'Math.max(0, ' }],
  },
  {
    id: 'backup-without-points',
    sabotage: 'leaves data points out of backups',
    ...backup,
    edits: [
      { file: making, from: "LIKE '%MergeTree' ORDER", to: "LIKE '%MergeTree' AND name != 'metric_points' ORDER" },
    ],
  },
  {
    id: 'backup-without-tombstones',
    sabotage: 'leaves out of backups who was forgotten',
    ...backup,
    edits: [{ file: making, from: "LIKE '%MergeTree' ORDER", to: "LIKE '%MergeTree' AND name != 'forgotten' ORDER" }],
  },
  {
    id: 'salt-not-back',
    sabotage: 'puts back the rows without the salt, so that everybody who comes again is somebody else',
    ...backup,
    edits: [{ file: restoring, from: 'await keepSalt(salt)', to: 'await Promise.resolve(salt)' }],
  },
  {
    id: 'backup-for-all',
    sabotage: 'writes backups that everybody on the machine can read',
    ...backup,
    edits: [{ file: 'backup/file.ts', from: "'wx', 0o600", to: "'wx', 0o644" }],
  },
  {
    id: 'backup-damaged',
    sabotage: 'takes a file of which one bit is another',
    ...backup,
    edits: [{ file: 'backup/file.ts', from: 'sha256 !== head.sha256', to: 'sha256 === head.format' }],
  },
  {
    id: 'backup-over-rows',
    sabotage: 'puts a backup in the place of rows that are there',
    ...backup,
    edits: [{ file: restoring, from: 'if (found.length > 0)', to: 'if (found.length > 99)' }],
  },
  {
    id: 'backup-of-newer',
    sabotage: 'takes a backup of a newer schema',
    ...backup,
    edits: [{ file: restoring, from: 'about.schemaVersion > newest', to: 'about.schemaVersion > 9999' }],
  },
]
