// Sabotages of who reaches the stack, what each role may do there, and how large a request may be.
import type { Control } from './control.ts'

const collector = 'collector/config.yaml'

export const accessControls: readonly Control[] = [
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
    id: 'unlimited-analyst',
    sabotage: 'lets a query of the analyst lift its own limits',
    scenario: 'security/privileges',
    oracle: 'security',
    edits: [{ file: 'clickhouse/users.xml', from: /\n {12}<constraints>[\s\S]*?<\/constraints>/, to: '' }],
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
    edits: [{ file: collector, from: 'max_recv_msg_size_mib: 4', to: 'max_recv_msg_size_mib: 64' }],
  },
]
