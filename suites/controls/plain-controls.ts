// Sabotages of what a person without this project's commands relies on: plain Compose and a .env, on Docker or Podman.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Compose look like template strings
import type { Control } from './control.ts'

const compose = 'compose.yaml'
const plain = { scenario: 'containers/plain', containers: true } as const

export const plainControls: readonly Control[] = [
  {
    id: 'stays-down',
    sabotage: 'lets the engine leave a service down that has ended',
    ...plain,
    oracle: 'recovery',
    edits: [{ file: compose, from: 'restart: unless-stopped', to: 'restart: "no"' }],
  },
  {
    id: 'up-without-health',
    sabotage: 'does not ask whether the pipeline is healthy, so that `up --wait` has nothing to wait for',
    ...plain,
    oracle: 'health',
    edits: [
      {
        file: compose,
        from: /( {4}volumes:\n.*collector\/healthcheck\.sh.*\n) {4}healthcheck:\n(?: {6}.*\n)+/,
        to: '',
      },
    ],
  },
  {
    id: 'upgrade-not-applied',
    sabotage: 'leaves a schema as it is that is there already, and takes an answer for health',
    ...plain,
    oracle: 'migration',
    edits: [
      {
        file: 'clickhouse/migrate.sh',
        from: /^for file in \/schema/m,
        to: '[ -z "${found:-}" ] || exit 0\nfor file in /schema',
      },
      { file: 'clickhouse/healthcheck.sh', from: /\[ "\$found" = "\$wanted" \].*/, to: '' },
    ],
  },
  {
    id: 'receiver-on-all-interfaces',
    sabotage: 'takes telemetry from every interface',
    scenario: 'containers/as-required',
    containers: true,
    oracle: 'security',
    edits: [{ file: compose, from: '127.0.0.1:${OTLP_HTTP_PORT', to: '${OTLP_HTTP_PORT' }],
  },
  {
    id: 'added-capability',
    sabotage: 'gives the collector one right more than containers have',
    scenario: 'containers/as-required',
    containers: true,
    oracle: 'security',
    edits: [{ file: compose, from: '\n  otel-collector:\n', to: '\n  otel-collector:\n    cap_add: [NET_ADMIN]\n' }],
  },
]
