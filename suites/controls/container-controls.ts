// Sabotages of the compose file and its scripts, as an engine runs them.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Compose look like template strings
import type { Control } from './control.ts'

const compose = 'compose.yaml'
const asRequired = { scenario: 'containers/as-required', containers: true } as const

export const containerControls: readonly Control[] = [
  {
    id: 'port-on-all-interfaces',
    sabotage: 'publishes ClickHouse on every interface',
    ...asRequired,
    oracle: 'security',
    edits: [{ file: compose, from: '127.0.0.1:${CLICKHOUSE_HTTP_PORT', to: '${CLICKHOUSE_HTTP_PORT' }],
  },
  {
    id: 'no-memory-limit',
    sabotage: 'removes the memory limit of the collector',
    ...asRequired,
    oracle: 'limits',
    edits: [{ file: compose, from: 'limits: { cpus: "0.5", memory: 256M }', to: 'limits: { cpus: "0.5" }' }],
  },
  {
    id: 'more-cpu',
    sabotage: 'gives ClickHouse more CPU than the minimum machine can spare',
    ...asRequired,
    oracle: 'limits',
    edits: [{ file: compose, from: 'limits: { cpus: "1.0", memory: 1G }', to: 'limits: { cpus: "1.5", memory: 1G }' }],
  },
  {
    id: 'volume-not-mounted',
    sabotage: "keeps ClickHouse's data in the container",
    ...asRequired,
    oracle: 'containers',
    edits: [{ file: compose, from: '      - clickhouse-data:/var/lib/clickhouse\n', to: '' }],
  },
  {
    id: 'configuration-not-mounted',
    sabotage: 'leaves out what fits ClickHouse into its memory',
    ...asRequired,
    oracle: 'containers',
    edits: [{ file: compose, from: /\n.*config\.d\/limits\.xml.*\n/, to: '\n' }],
  },
  {
    id: 'writable-configuration',
    sabotage: "lets the container write into the stack's own files",
    ...asRequired,
    oracle: 'containers',
    edits: [{ file: compose, from: 'users.xml:ro', to: 'users.xml' }],
  },
  {
    id: 'privileged-container',
    sabotage: 'gives the collector every right on the machine',
    ...asRequired,
    oracle: 'security',
    edits: [{ file: compose, from: '\n  otel-collector:\n', to: '\n  otel-collector:\n    privileged: true\n' }],
  },
  {
    id: 'collector-as-root',
    sabotage: 'runs the collector as root',
    ...asRequired,
    oracle: 'containers',
    edits: [{ file: compose, from: '\n  otel-collector:\n', to: '\n  otel-collector:\n    user: "0:0"\n' }],
  },
  {
    id: 'relay-writes-code',
    sabotage: 'lets the relay write into the checkout',
    containers: true,
    scenario: 'containers/relay',
    oracle: 'security',
    edits: [{ file: compose, from: './client:/app/stack/client:ro', to: './client:/app/stack/client' }],
  },
  {
    id: 'no-health-check',
    sabotage: 'does not ask whether the pipeline is healthy',
    containers: true,
    scenario: 'containers/order',
    oracle: 'order',
    edits: [
      {
        file: compose,
        from: /( {4}volumes:\n.*collector\/healthcheck\.sh.*\n) {4}healthcheck:\n(?: {6}.*\n)+/,
        to: '',
      },
    ],
  },
  {
    id: 'starts-too-early',
    sabotage: 'starts the collector before the schema is there',
    containers: true,
    scenario: 'containers/order',
    oracle: 'order',
    edits: [
      {
        file: compose,
        from: / {6}clickhouse-migrate: .*\n/,
        to: '',
      },
    ],
  },
  {
    id: 'ping-for-health',
    sabotage: 'takes an answer to a ping for health, whatever the schema',
    containers: true,
    scenario: 'containers/health',
    oracle: 'health',
    edits: [{ file: 'clickhouse/healthcheck.sh', from: /\[ "\$found" = "\$wanted" \].*/, to: '' }],
  },
  {
    id: 'listening-for-health',
    sabotage: "takes an open port for the pipeline's health",
    containers: true,
    scenario: 'containers/health',
    oracle: 'health',
    edits: [{ file: 'collector/healthcheck.sh', from: /^exec wget[\s\S]*$/m, to: 'exec true\n' }],
  },
  {
    id: 'older-over-newer',
    sabotage: 'replaces the views of newer data by older ones',
    containers: true,
    scenario: 'containers/old-volume',
    oracle: 'migration',
    edits: [{ file: 'clickhouse/migrate.sh', from: '"$found" -le "$wanted"', to: '1 = 1' }],
  },
  {
    id: 'queue-not-owned',
    sabotage: 'leaves the queue’s volume to root',
    ...asRequired,
    oracle: 'start',
    says: /permission denied/i,
    edits: [{ file: compose, from: 'chown -R 10001:10001 /var/lib/otelcol', to: 'true' }],
  },
  {
    id: 'wrong-image',
    sabotage: 'prepares the queue with an image that has no shell',
    ...asRequired,
    oracle: 'start',
    says: /\/bin\/sh/,
    edits: [
      {
        file: compose,
        from: /otel-collector-init:\n {4}logging: \*logging\n {4}image: \S+/,
        to: 'otel-collector-init:\n    logging: *logging\n    image: ${TOXIPROXY_IMAGE:-ghcr.io/shopify/toxiproxy:2.12.0}',
      },
    ],
  },
  {
    id: 'users-not-mounted',
    sabotage: "runs ClickHouse with the image's own users",
    ...asRequired,
    oracle: 'start',
    says: /clickhouse/,
    edits: [{ file: compose, from: /\n.*clickhouse\/users\.xml.*\n/, to: '\n' }],
  },
  {
    id: 'too-little-memory',
    sabotage: 'lets the collector die of its memory under load',
    containers: true,
    scenario: 'limits/saturated',
    alone: true,
    oracle: 'limits',
    edits: [
      // Garbage is collected late, though soon enough for the start, and memory is refused before the container's limit: near that
      // limit it would sometimes crawl for minutes, its own code pushed out of memory, instead of dying.
      {
        file: compose,
        from: /GOMEMLIMIT: 200MiB/,
        to: 'GOGC: "300"\n    ulimits: { data: 250000000 }',
      },
    ],
  },
  {
    id: 'sampled-load',
    sabotage: 'drops one session in ten of a load that is to be stored whole',
    containers: true,
    scenario: 'limits/saturated',
    alone: true,
    oracle: 'accounting',
    edits: [{ file: compose, from: '${TELEMETRY_SAMPLING_PERCENTAGE:-100}', to: '90' }],
  },
  {
    id: 'changed-load',
    sabotage: 'stores each event of a load without its model',
    containers: true,
    scenario: 'limits/saturated',
    alone: true,
    oracle: 'accounting',
    edits: [
      {
        file: 'clickhouse/schema/004-log-records.sql',
        from: 'AS tool_result_size_bytes,\n    attributes,',
        to: "AS tool_result_size_bytes,\n    mapFilter((k, v) -> k != 'model', attributes) AS attributes,",
      },
    ],
  },
]
