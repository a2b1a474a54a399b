// Sabotages of what is stored and how it is shown: times, types, identities, the views and the queries.
import type { Control } from './control.ts'

const collector = 'collector/config.yaml'
const events = 'clickhouse/schema/005-events.sql'

export const schemaControls: readonly Control[] = [
  {
    id: 'views-replaced',
    sabotage: 'replaces a view that fills a table while events arrive',
    scenario: 'schema/applied-twice',
    oracle: 'schema',
    edits: [
      {
        file: 'clickhouse/schema/004-logs.sql',
        from: 'CREATE MATERIALIZED VIEW IF NOT EXISTS telemetry.logs_raw_mv',
        to: 'CREATE OR REPLACE MATERIALIZED VIEW telemetry.logs_raw_mv',
      },
    ],
  },
  {
    id: 'no-guard',
    sabotage: 'stores a time beyond all columns as another time',
    scenario: 'security/poison',
    oracle: 'poison',
    edits: [
      {
        file: collector,
        from: /processors: \[memory_limiter, transform\/guard, filter\/exclude, transform\/hash, transform\/mask, prob/,
        to: 'processors: [memory_limiter, filter/exclude, transform/hash, transform/mask, prob',
      },
    ],
  },
  {
    id: 'time-of-arrival',
    sabotage: 'gives an event with an impossible time the time of its arrival, so that a retry becomes a second event',
    scenario: 'security/poison',
    oracle: 'poison',
    edits: [
      {
        file: collector,
        from: 'set(log.time_unix_nano, 9223372036854775807) where log.time_unix_nano < 0',
        to: 'set(log.time, Now()) where log.time_unix_nano < 0',
      },
    ],
  },
  {
    id: 'endless-cost',
    sabotage: 'takes the text "NaN" for a cost, which spoils every sum it is in',
    scenario: 'security/poison',
    oracle: 'poison',
    edits: [
      {
        file: events,
        from: "telemetry_float(telemetry_text(attributes, 'cost_usd'))",
        to: "toFloat64OrNull(telemetry_text(attributes, 'cost_usd'))",
      },
    ],
  },
  {
    id: 'partition-limit',
    sabotage: 'refuses batches that hold events of many months, which blocks the queue',
    scenario: 'ingest/times',
    oracle: 'liveness',
    edits: [
      {
        file: 'clickhouse/users.xml',
        from: '<max_partitions_per_insert_block>0</max_partitions_per_insert_block>',
        to: '',
      },
    ],
  },
  {
    id: 'zero-for-missing',
    sabotage: 'stores 0 where no cost was sent',
    scenario: 'schema/missing-is-null',
    oracle: 'typed',
    edits: [
      {
        file: events,
        from: "telemetry_float(telemetry_text(attributes, 'cost_usd'))",
        to: "toFloat64OrZero(ifNull(telemetry_text(attributes, 'cost_usd'), ''))",
      },
    ],
  },
  {
    id: 'column-type',
    sabotage: 'makes a column of tokens text',
    scenario: 'schema/columns',
    oracle: 'schema',
    edits: [
      {
        file: events,
        from: '    tokens                  Nullable(Int64)',
        to: '    tokens                  Nullable(String)',
      },
    ],
  },
  {
    id: 'whole-seconds',
    sabotage: 'cuts times to whole seconds',
    scenario: 'ingest/captures-grpc',
    oracle: 'accounting',
    edits: [
      {
        file: 'clickhouse/schema/003-landing.sql',
        from: "Timestamp          DateTime64(9, 'UTC')",
        to: "Timestamp          DateTime64(0, 'UTC')",
      },
    ],
  },
  {
    id: 'weak-identity',
    sabotage: 'takes two events of a session for one',
    scenario: 'ingest/captures-grpc',
    oracle: 'accounting',
    edits: [
      {
        file: 'clickhouse/schema/004-logs.sql',
        from: "        LogAttributes['event.sequence'],\n        toUnixTimestamp64Nano(Timestamp),",
        to: '        0, 0,',
      },
      {
        file: 'clickhouse/schema/004-logs.sql',
        from: "        LogAttributes['prompt.id'],\n        LogAttributes['tool_use_id'],\n        LogAttributes['request_id'])",
        to: '        0)',
      },
      {
        file: events,
        from: 'ORDER BY (event_type, toDate32(timestamp), timestamp, event_id)',
        to: 'ORDER BY (event_type, toDate32(timestamp), event_id)',
      },
    ],
  },
  {
    id: 'dropped-attributes',
    sabotage: 'keeps only attributes it knows',
    scenario: 'schema/unknown-attributes',
    oracle: 'fidelity',
    edits: [
      {
        file: events,
        from: 'AS tool_result_size_bytes,\n    attributes,',
        to: "AS tool_result_size_bytes,\n    mapFilter((k, v) -> NOT startsWith(k, 'a_new'), attributes) AS attributes,",
      },
    ],
  },
  {
    id: 'wrong-metric-values',
    sabotage: 'stores metric values in thousands',
    scenario: 'metrics/reconciled',
    oracle: 'query',
    edits: [
      {
        file: 'clickhouse/schema/006-metrics.sql',
        from: 'if(isFinite(value), value, NULL) AS value,',
        to: 'value / 1000 AS value,',
      },
    ],
  },
  {
    id: 'view-without-final',
    sabotage: 'shows an event that was delivered twice as two',
    scenario: 'ingest/delivered-twice',
    oracle: 'accounting',
    edits: [
      {
        file: events,
        from: 'SELECT * FROM telemetry.telemetry_events_rows FINAL',
        to: 'SELECT * FROM telemetry.telemetry_events_rows',
      },
    ],
  },
  {
    id: 'query-without-where',
    sabotage: 'counts every event as an error',
    scenario: 'schema/queries',
    oracle: 'query',
    edits: [{ file: 'clickhouse/queries/error-patterns.sql', from: "event_type = 'api_error'", to: '1' }],
  },
  {
    id: 'query-without-time',
    sabotage: 'shows errors of all times',
    scenario: 'schema/queries',
    oracle: 'query',
    edits: [{ file: 'clickhouse/queries/error-patterns.sql', from: /\n {2}AND timestamp >.*\n/, to: '\n' }],
  },
  {
    id: 'query-with-the-future',
    sabotage: 'counts cost that comes after the time that was asked for',
    scenario: 'schema/queries',
    oracle: 'query',
    edits: [{ file: 'clickhouse/queries/cost-by-chapter.sql', from: /\n {2}AND timestamp <=.*\n/, to: '\n' }],
  },
]
