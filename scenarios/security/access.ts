// Who reaches the stack and what each role may do there: loopback addresses only, and the least privileges.
import { listeningAddresses } from '../../core/ports.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import type { Definition } from '../../harness/scenario.ts'
import { connect } from '../../stack/clickhouse/database.ts'
import type { Role, Stack } from '../../stack/runtime/runtime.ts'

/** What keeps one bad query from taking the stack down. */
const LIMITS = [
  'max_memory_usage = 0',
  'max_memory_usage_for_user = 0',
  'max_execution_time = 0',
  'max_rows_to_read = 0',
  'max_concurrent_queries_for_user = 0',
  'max_threads = 64',
]
/** 800 MB in one state. */
const TOO_MUCH = 'SELECT length(groupArray(number)) FROM numbers(100000000) SETTINGS max_block_size = 65536'
const FORGOTTEN = 'SELECT count() FROM telemetry.forgotten'

/** What ClickHouse answers to a statement: `ok`, or the name of its error. */
async function attempt(stack: Stack, role: Role, password: string, sql: string): Promise<string> {
  await using database = connect(
    { ...stack, endpoints: stack.endpoints, passwords: { ...stack.passwords, [role]: password } },
    role,
  )
  try {
    await database.run(sql)
    return 'ok'
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return typeof cause === 'object' && cause !== null && 'type' in cause ? String(cause.type) : String(cause)
  }
}

export const access: readonly Definition[] = [
  {
    name: 'loopback-only',
    title: 'listens on loopback addresses only',
    requirements: ['R1'],
    profile: 'smoke',
    run: async (context) => {
      const stack = await context.stack()
      const { otlpGrpc, otlpHttp, collectorHealth, collectorMetrics, clickhouseHttp, clickhouseNative } =
        stack.endpoints
      const all = {
        otlpGrpc: `http://${otlpGrpc}`,
        otlpHttp,
        collectorHealth,
        collectorMetrics,
        clickhouseHttp,
        clickhouseNative: `http://${clickhouseNative}`,
      }
      if ((await listeningAddresses(Number(new URL(otlpHttp).port))) === undefined)
        return { skipped: 'this system does not tell who listens where (lsof is missing)' }
      return runExperiment(context, { mark: 'loopback' }, async (experiment) => {
        for (const [name, url] of Object.entries(all)) {
          experiment.check('security', `${name} listens on`, {
            actual: await listeningAddresses(Number(new URL(url).port)),
            expected: ['127.0.0.1'],
          })
        }
      })
    },
  },
  {
    name: 'privileges',
    title: 'gives each role what it needs and nothing more',
    requirements: ['R2'],
    profile: 'smoke',
    run: (context) =>
      runExperiment(context, { mark: 'privileges' }, async (experiment) => {
        const { stack } = experiment
        const { passwords } = stack
        const insert = "INSERT INTO telemetry.landing_logs (Body) SELECT 'x' WHERE 0"
        const expectations: readonly (readonly [
          what: string,
          role: Role,
          password: string,
          sql: string,
          answer: string,
        ])[] = [
          ['a wrong password', 'analyst', 'wrong', 'SELECT 1', 'AUTHENTICATION_FAILED'],
          ['the analyst reads', 'analyst', passwords.analyst, 'SELECT count() FROM telemetry.telemetry_events', 'ok'],
          ['the analyst reads the tombstones', 'analyst', passwords.analyst, FORGOTTEN, 'ACCESS_DENIED'],
          ['the analyst inserts', 'analyst', passwords.analyst, insert, 'ACCESS_DENIED'],
          ['the analyst drops', 'analyst', passwords.analyst, 'DROP TABLE telemetry.logs_raw', 'ACCESS_DENIED'],
          [
            'the analyst reads files',
            'analyst',
            passwords.analyst,
            "SELECT * FROM file('/etc/hostname', LineAsString)",
            'ACCESS_DENIED',
          ],
          ...LIMITS.map(
            (setting) =>
              [
                `the analyst lifts ${setting}`,
                'analyst',
                passwords.analyst,
                `SELECT 1 SETTINGS ${setting}`,
                'SETTING_CONSTRAINT_VIOLATION',
              ] as const,
          ),
          ['the analyst sees users', 'analyst', passwords.analyst, 'SELECT name FROM system.users', 'ACCESS_DENIED'],
          ['the analyst takes too much', 'analyst', passwords.analyst, TOO_MUCH, 'MEMORY_LIMIT_EXCEEDED'],
          ['the collector inserts', 'ingest', passwords.ingest, insert, 'ok'],
          ['the collector reads the tombstones', 'ingest', passwords.ingest, FORGOTTEN, 'ACCESS_DENIED'],
          [
            'the collector reads',
            'ingest',
            passwords.ingest,
            'SELECT count() FROM telemetry.telemetry_events',
            'ACCESS_DENIED',
          ],
          [
            'the collector reads raw records',
            'ingest',
            passwords.ingest,
            'SELECT count() FROM telemetry.logs_raw',
            'ACCESS_DENIED',
          ],
          ['the collector drops', 'ingest', passwords.ingest, 'DROP TABLE telemetry.logs_raw', 'ACCESS_DENIED'],
        ]
        for (const [what, role, password, sql, answer] of expectations)
          experiment.check('security', what, { actual: await attempt(stack, role, password, sql), expected: answer })
        const anonymous = await fetch(stack.endpoints.clickhouseHttp, {
          method: 'POST',
          body: 'SELECT count() FROM telemetry.telemetry_events',
        })
        experiment.check('security', 'without a user nothing can be read', { actual: anonymous.ok, expected: false })
      }),
  },
]
