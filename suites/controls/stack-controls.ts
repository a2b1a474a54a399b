// Sabotages of the stack's own files.
import type { Control } from './control.ts'

const collector = 'collector/config.yaml'
const events = 'clickhouse/schema/005-events.sql'
const METRICS_PIPELINE = 'processors: [memory_limiter, transform/guard, filter/exclude, transform/hash, transform/mask]'

export const stackControls: readonly Control[] = [
  {
    id: 'sampler-of-the-seed',
    sabotage: 'samples by trace id and fails closed, as first designed: the client sends no trace id',
    scenario: 'sampling/all',
    oracle: 'accounting',
    edits: [
      { file: collector, from: '    mode: hash_seed\n', to: '' },
      { file: collector, from: '    attribute_source: record\n', to: '' },
      { file: collector, from: '    from_attribute: session.id\n', to: '' },
      { file: collector, from: 'fail_closed: false', to: 'fail_closed: true' },
    ],
  },
  {
    id: 'torn-sessions',
    sabotage: 'samples by event instead of by session',
    scenario: 'sampling/quarter',
    oracle: 'accounting',
    edits: [{ file: collector, from: 'from_attribute: session.id', to: 'from_attribute: prompt.id' }],
  },
  {
    id: 'volatile-queue',
    sabotage: 'keeps the queue in memory',
    scenario: 'recovery/collector-killed',
    oracle: 'accounting',
    edits: [{ file: collector, from: '      storage: file_storage/queue\n', to: '' }],
  },
  {
    id: 'no-retry',
    sabotage: 'gives up when ClickHouse is away',
    scenario: 'recovery/clickhouse-killed',
    oracle: 'accounting',
    edits: [
      {
        file: collector,
        from: 'retry_on_failure:\n      enabled: true',
        to: 'retry_on_failure:\n      enabled: false',
      },
    ],
  },
  {
    id: 'no-mask',
    sabotage: 'leaves the masking of texts out of the pipeline',
    scenario: 'sanitization/captures',
    oracle: 'last-line',
    edits: [{ file: collector, from: 'transform/mask, probabilistic_sampler', to: 'probabilistic_sampler' }],
  },
  {
    id: 'no-email-rule',
    sabotage: 'removes the e-mail rule from the policy',
    scenario: 'sanitization/captures',
    oracle: 'last-line',
    edits: [
      { file: 'policy/sanitization.yaml', from: /\n {2}- type: regex\n {4}name: e-mail address\n.*\n.*\n/, to: '\n' },
    ],
  },
  {
    id: 'no-hash',
    sabotage: 'does not hash identities',
    scenario: 'sanitization/identities',
    oracle: 'fidelity',
    edits: [
      {
        file: collector,
        from: 'transform/hash, transform/mask, probabilistic_sampler',
        to: 'transform/mask, probabilistic_sampler',
      },
    ],
  },
  {
    id: 'no-hash-of-metrics',
    sabotage: 'does not hash the identities of data points',
    scenario: 'sanitization/dense-grpc',
    oracle: 'last-line',
    edits: [
      {
        file: collector,
        from: METRICS_PIPELINE,
        to: METRICS_PIPELINE.replace('transform/hash, ', ''),
      },
    ],
  },
  {
    id: 'no-exclusion',
    sabotage: 'does not leave out what touches secret directories',
    scenario: 'sanitization/excluded-paths',
    oracle: 'last-line',
    edits: [
      {
        file: collector,
        from: 'transform/guard, filter/exclude, transform/hash, transform/mask, probabilistic_sampler',
        to: 'transform/guard, transform/hash, transform/mask, probabilistic_sampler',
      },
    ],
  },
  {
    id: 'greedy-mask',
    sabotage: 'masks more than what is private',
    scenario: 'sanitization/dense-grpc',
    oracle: 'fidelity',
    edits: [
      {
        file: 'policy/sanitization.yaml',
        from: String.raw`'(\\[nrtbf])?[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}'`,
        to: String.raw`'(\\[nrtbf])?[A-Za-z0-9._%+-]*@[A-Za-z0-9.-]*'`,
      },
    ],
  },
  {
    id: 'no-last-line',
    sabotage: 'masks nothing in the database',
    scenario: 'sanitization/last-line',
    oracle: 'privacy',
    edits: [
      {
        file: 'clickhouse/schema/002-functions.sql',
        from: 'telemetry_identity(k, v), telemetry_mask_text(v))',
        to: 'telemetry_identity(k, v), v)',
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
    id: 'open-port',
    sabotage: 'publishes a port on every interface',
    scenario: 'security/loopback-only',
    oracle: 'security',
    edits: [{ file: 'compose.yaml', from: '127.0.0.1:${OTLP_HTTP_PORT', to: '0.0.0.0:${OTLP_HTTP_PORT' }],
  },
  {
    id: 'writing-analyst',
    sabotage: 'lets the analyst write',
    scenario: 'security/privileges',
    oracle: 'security',
    edits: [
      {
        file: 'clickhouse/users.xml',
        from: 'GRANT SELECT, SHOW ON telemetry.*',
        to: 'GRANT SELECT, SHOW, INSERT ON telemetry.*',
      },
      { file: 'clickhouse/users.xml', from: '<readonly>2</readonly>', to: '' },
    ],
  },
  {
    id: 'reading-collector',
    sabotage: 'lets the collector read',
    scenario: 'security/privileges',
    oracle: 'security',
    edits: [
      {
        file: 'clickhouse/users.xml',
        from: 'GRANT INSERT, SHOW COLUMNS ON telemetry.landing_logs',
        to: 'GRANT INSERT, SELECT, SHOW COLUMNS ON telemetry.*',
      },
    ],
  },
  {
    id: 'no-size-limit',
    sabotage: 'takes requests of any size',
    scenario: 'security/bad-requests',
    oracle: 'security',
    edits: [{ file: collector, from: 'max_recv_msg_size_mib: 16', to: 'max_recv_msg_size_mib: 64' }],
  },
]
