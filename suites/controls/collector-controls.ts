// Sabotages of what the collector samples, keeps in its queue and tries again.
import type { Control } from './control.ts'

const collector = 'collector/config.yaml'

export const collectorControls: readonly Control[] = [
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
    id: 'rate-not-noted',
    sabotage: 'does not say of an event at which rate it was sampled',
    scenario: 'sampling/quarter',
    oracle: 'schema',
    edits: [{ file: collector, from: /\n.*set\(log\.attributes\["telemetry\.sampling_percentage"\].*/, to: '' }],
  },
  {
    id: 'volatile-queue',
    sabotage: 'keeps the queue in memory',
    scenario: 'recovery/collector-killed',
    oracle: 'accounting',
    edits: [{ file: collector, from: '      storage: file_storage/queue\n', to: '' }],
  },
  {
    id: 'queue-limit-ignored',
    sabotage: 'queues on disk whatever comes, whatever limit is set',
    scenario: 'recovery/queue-full',
    oracle: 'backpressure',
    edits: [{ file: collector, from: /\$\{env:TELEMETRY_QUEUE_SIZE:-1000000\}/, to: '1000000' }],
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
]
