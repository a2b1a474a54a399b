// Sabotages of how long rows are kept, and of backups.
import type { Control } from './control.ts'

const retention = { scenario: 'keeping/retention', oracle: 'storage' } as const
const file = 'clickhouse/retention.sql'

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
]
