// Sabotages of what is stored and how it is shown: times, types, identities, the views and the queries.
import type { Control } from './control.ts'

const collector = 'collector/config.yaml'
const records = 'clickhouse/schema/004-log-records.sql'
const queries = 'clickhouse/schema/007-queries.sql'

export const schemaControls: readonly Control[] = [
  {
    id: 'views-replaced',
    sabotage: 'replaces a view that fills a table while events arrive',
    scenario: 'schema/applied-twice',
    oracle: 'schema',
    edits: [
      {
        file: records,
        from: 'CREATE MATERIALIZED VIEW IF NOT EXISTS telemetry.log_records_mv',
        to: 'CREATE OR REPLACE MATERIALIZED VIEW telemetry.log_records_mv',
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
        from: /processors: \[memory_limiter, transform\/guard, transform\/row_size, transform\/unset, transform\/exclude, filter\/exclude, transform\/hash, transform\/mask, prob/,
        to: 'processors: [memory_limiter, transform/exclude, filter/exclude, transform/hash, transform/mask, prob',
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
        file: records,
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
        file: records,
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
        file: records,
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
        file: records,
        from: "        attributes['event.sequence'],\n        toUnixTimestamp64Nano(sent_time),",
        to: '        0, 0,',
      },
      {
        file: records,
        from: / {8}attributes\['prompt.id'\],[\s\S]*?telemetry_plain_names\(if\(rewritten, telemetry_nothing\(\), attributes\)\),/,
        to: '        0,',
      },
      {
        file: records,
        from: 'ORDER BY (event_type, toDate32(sent_time), sent_time, event_id)',
        to: 'ORDER BY (event_type, toDate32(sent_time), event_id)',
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
        file: records,
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
        file: 'clickhouse/schema/005-metric-points.sql',
        from: 'if(isFinite(sent_value), sent_value, NULL) AS value,',
        to: 'sent_value / 1000 AS value,',
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
        file: queries,
        from: 'FROM telemetry.log_records FINAL',
        to: 'FROM telemetry.log_records',
      },
    ],
  },
  {
    id: 'query-without-where',
    sabotage: 'counts every event as an error',
    scenario: 'schema/queries',
    oracle: 'query',
    edits: [{ file: 'clickhouse/queries/error-patterns.sql', from: "e.event_type = 'api_error'", to: 'true' }],
  },
  {
    id: 'query-without-time',
    sabotage: 'shows errors of all times',
    scenario: 'schema/queries',
    oracle: 'query',
    edits: [{ file: 'clickhouse/queries/error-patterns.sql', from: /\n {2}AND e\.timestamp >=.*\n/, to: '\n' }],
  },
  {
    id: 'query-with-the-future',
    sabotage: 'counts cost that comes after the time that was asked for',
    scenario: 'schema/queries',
    oracle: 'query',
    edits: [{ file: 'clickhouse/queries/cost-by-chapter.sql', from: /\n {2}AND e\.timestamp <.*\n/, to: '\n' }],
  },
]
