// Sabotages of "acknowledged means stored": what tells records apart, when they came, what they do not say, and how large they may be.
import type { Control } from './control.ts'

const collector = 'collector/config.yaml'
const functions = 'clickhouse/schema/002-functions.sql'
const records = 'clickhouse/schema/004-log-records.sql'
const points = 'clickhouse/schema/005-metric-points.sql'

export const recordControls: readonly Control[] = [
  {
    id: 'names-not-counted',
    sabotage: 'takes two events with one sequence for one, although their names and numbers differ',
    scenario: 'ingest/same-millisecond',
    oracle: 'identity',
    edits: [
      { file: functions, from: "item.1 IN (\n        'model'", to: "item.1 = 'none' AND item.1 IN (\n        'model'" },
    ],
  },
  {
    id: 'body-not-counted',
    sabotage: 'takes two events without a sequence for one that only differ in their text',
    scenario: 'ingest/same-millisecond',
    oracle: 'identity',
    edits: [{ file: records, from: "            body, '\\n', severity_text", to: "            '\\n', severity_text" }],
  },
  {
    id: 'arrival-counted',
    sabotage: 'counts the time of arrival towards identity, so that a retry is a second event',
    scenario: 'ingest/without-time',
    oracle: 'identity',
    edits: [{ file: records, from: 'toUnixTimestamp64Nano(sent_time),', to: 'toUnixTimestamp64Nano(timestamp),' }],
  },
  {
    id: 'sorted-by-arrival',
    sabotage: 'sorts by the time of arrival, so that a retry does not lie beside the first',
    scenario: 'ingest/without-time',
    oracle: 'identity',
    edits: [
      {
        file: records,
        from: 'ORDER BY (event_type, toDate32(sent_time), sent_time, event_id)',
        to: 'ORDER BY (event_type, toDate32(timestamp), timestamp, event_id)',
      },
    ],
  },
  {
    id: 'last-arrival',
    sabotage: 'shows the last arrival of an event instead of the first',
    scenario: 'ingest/without-time',
    oracle: 'identity',
    edits: [{ file: records, from: 'ReplacingMergeTree(earliness)', to: 'ReplacingMergeTree(received_at)' }],
  },
  {
    id: 'timeless-in-1970',
    sabotage: 'leaves a record without a time in 1970',
    scenario: 'ingest/without-time',
    oracle: 'identity',
    edits: [
      {
        file: points,
        from: "if(sent_time = toDateTime64(0, 9, 'UTC'), fromUnixTimestamp64Nano(arrival, 'UTC'), sent_time) AS timestamp",
        to: 'sent_time AS timestamp',
      },
    ],
  },
  {
    id: 'unset-is-empty',
    sabotage: 'stores an empty text where an attribute has no value',
    scenario: 'ingest/without-value',
    oracle: 'schema',
    edits: [
      {
        file: collector,
        from: 'transform/guard, transform/row_size, transform/unset, transform/exclude, filter/exclude, transform/hash, transform/mask, probabilistic_sampler',
        to: 'transform/guard, transform/exclude, filter/exclude, transform/hash, transform/mask, probabilistic_sampler',
      },
    ],
  },
  {
    id: 'stale-is-zero',
    sabotage: 'stores 0 where a data point says that it has no value',
    scenario: 'ingest/without-value',
    oracle: 'schema',
    edits: [{ file: points, from: 'left_out OR bitAnd(Flags, 1) = 1', to: 'left_out' }],
  },
  {
    id: 'fraction-is-null',
    sabotage: 'stores nothing where a whole number was sent with a fraction',
    scenario: 'ingest/without-value',
    oracle: 'schema',
    edits: [{ file: functions, from: 'round(toFloat64OrNull(trimBoth(text)))', to: 'toFloat64OrNull(text)' }],
  },
  {
    id: 'text-as-it-came',
    sabotage: 'keeps broken text as it came, so that the mended one is another event',
    scenario: 'ingest/broken-text',
    oracle: 'identity',
    edits: [
      {
        file: functions,
        from: "'(?:\\xEF\\xBF\\xBD)+', '\\xEF\\xBF\\xBD')",
        to: "'\\xEF\\xBF\\xBD', '\\xEF\\xBF\\xBD')",
      },
    ],
  },
  {
    id: 'name-of-otlp-left',
    sabotage: 'leaves the OTLP event name to a column that the exporter leaves out when it starts first',
    scenario: 'recovery/collector-first',
    oracle: 'identity',
    edits: [
      {
        file: collector,
        from: 'set(log.attributes["event.name"], log.event_name)',
        to: 'set(log.attributes["event.named"], log.event_name)',
      },
    ],
  },
  {
    id: 'batches-by-items',
    sabotage: 'bounds batches by their records alone, so that large ones are more than an insert may take',
    scenario: 'recovery/large-backlog',
    oracle: 'delivery',
    edits: [
      { file: collector, from: 'min_size: 64\n        max_size: 64', to: 'min_size: 1000\n        max_size: 10000' },
      // As much memory as the views needed for such a batch when there were two tables.
      {
        file: 'clickhouse/users.xml',
        from: '<max_memory_usage>500000000</max_memory_usage>',
        to: '<max_memory_usage>150000000</max_memory_usage>',
      },
    ],
  },
  {
    id: 'answers-unsynced',
    sabotage: 'lets ClickHouse answer before what it inserted is on the disk',
    scenario: 'recovery/synced',
    oracle: 'durability',
    edits: [
      {
        file: 'clickhouse/config.d/limits.xml',
        from: '<fsync_after_insert>1</fsync_after_insert>\n        <fsync_part_directory>1</fsync_part_directory>',
        to: '',
      },
    ],
  },
  {
    id: 'largest-dropped',
    sabotage: 'drops what is in no class of size',
    scenario: 'recovery/large-backlog',
    oracle: 'delivery',
    edits: [
      {
        file: collector,
        from: '- resource.attributes["telemetry.row_size"] != "large" and log.attributes["telemetry.row_size"] != "large"',
        to: '- resource.attributes["telemetry.row_size"] != "large"',
      },
    ],
  },
  {
    id: 'shared-uncounted',
    sabotage: 'leaves out of the size of a row what it repeats of its resource',
    scenario: 'recovery/large-backlog',
    oracle: 'delivery',
    edits: [
      {
        file: collector,
        from: 'where Len(Concat(Keys(resource.attributes), "")) + Len(Concat(Values(resource.attributes), "")) + Len(resource.schema_url) > 1024',
        to: 'where Len(resource.schema_url) > 1024',
      },
      {
        file: 'clickhouse/users.xml',
        from: '<max_memory_usage>500000000</max_memory_usage>',
        to: '<max_memory_usage>150000000</max_memory_usage>',
      },
    ],
  },
]
