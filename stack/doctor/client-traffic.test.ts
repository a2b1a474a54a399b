import { expect, test } from 'vitest'
import { checkClientTraffic } from './client-traffic.ts'
import { fakeSystem, type MadeSystem } from './testing/fake-system.ts'

const nowMs = Date.UTC(2026, 10, 23)
const configured = {
  CLAUDE_CODE_ENABLE_TELEMETRY: '1',
  OTEL_LOGS_EXPORTER: 'otlp',
  OTEL_METRICS_EXPORTER: 'otlp,console',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4317',
}

interface State {
  readonly logs?: number
  readonly points?: number
  readonly excluded?: number
  readonly queued?: number
  readonly events?: Record<string, unknown>
  readonly metrics?: Record<string, unknown>
}

// The text is the real collector's, as far as it matters here.
function check(state: State, made: MadeSystem = {}) {
  const { logs = 0, points = 0, excluded = 0, queued = 0 } = state
  const metrics = `# HELP otelcol_receiver_accepted_log_records Number of log records
otelcol_exporter_queue_capacity{data_type="logs",exporter="clickhouse"} 1e+06
otelcol_exporter_queue_size{data_type="logs",exporter="clickhouse"} ${queued}
otelcol_process_uptime 60.5
otelcol_processor_incoming_items{otel_signal="logs",processor="filter/exclude"} ${logs}
otelcol_processor_outgoing_items{otel_signal="logs",processor="filter/exclude"} ${logs - excluded}
otelcol_processor_incoming_items{otel_signal="metrics",processor="filter/exclude"} ${points}
otelcol_processor_outgoing_items{otel_signal="metrics",processor="filter/exclude"} ${points}
otelcol_receiver_accepted_log_records{receiver="otlp",transport="http"} ${logs}
otelcol_receiver_accepted_log_records{receiver="otlp",transport="grpc"} 0
otelcol_receiver_accepted_metric_points_total{receiver="otlp",transport="http"} ${points}
`
  const asked: string[] = []
  const system = fakeSystem({ nowMs: () => nowMs, fetchText: async () => metrics, ...made })
  const finding = checkClientTraffic(system, {
    collectorMetrics: 'http://127.0.0.1:8888/metrics',
    endpoint: '127.0.0.1:4317',
    query: async (sql) => {
      asked.push(sql)
      const none = { rows: '0', recent: '0', sessions: '0', last_ms: '0' }
      return [sql.includes('telemetry_events') ? (state.events ?? none) : (state.metrics ?? none)]
    },
  })
  return finding.then((found) => ({ ...found, asked }))
}

test('nothing accepted and nothing stored: the client sent nothing, and what its environment lacks comes first', async () => {
  const bare = await check({})
  expect(bare).toMatchObject({ verdict: 'warn', message: 'the client sent nothing' })
  expect(bare.advice).toMatch(/^1\. CLAUDE_CODE_ENABLE_TELEMETRY is not set in this shell: set it to 1; 2\. OTEL_LOGS/)
  expect(bare.advice).toMatch(/OTEL_EXPORTER_OTLP_PROTOCOL is not set.*OTEL_EXPORTER_OTLP_ENDPOINT is not set/)
  expect((await check({}, { env: configured })).advice).toMatch(/^1\. the client reads its environment when it starts/)
  const elsewhere = { ...configured, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }
  expect((await check({}, { env: elsewhere })).advice).toMatch(
    /^1\. OTEL_EXPORTER_OTLP_ENDPOINT is something else in this shell: set it to http:\/\/127\.0\.0\.1:4317; 2\. the client/,
  )
})

test('accepted but not stored: the pipeline lost or delays it, with both numbers', async () => {
  const finding = await check({ logs: 10, points: 7, metrics: { rows: 7, recent: 7 } })
  expect(finding.verdict).toBe('warn')
  expect(finding.message).toBe('the pipeline lost or delays it: 10 events accepted, 0 stored')
  const waiting = await check({ logs: 10, queued: 4, events: { rows: 6, recent: 6, sessions: 1, last_ms: nowMs } })
  expect(waiting.message).toContain('10 events accepted, 6 stored')
  expect(waiting.advice).toContain('4 wait on disk')
})

test('rows from before the collector started do not stand for what it accepted since', async () => {
  const finding = await check({ logs: 5, events: { rows: 1000, recent: 4, sessions: 9, last_ms: nowMs } })
  expect(finding.message).toBe('the pipeline lost or delays it: 5 events accepted, 4 stored')
  expect(finding.asked[0]).toContain(`fromUnixTimestamp64Milli(${nowMs - 61_500})`)
})

test('what the policy left out is not lost', async () => {
  const events = { rows: '8', recent: '8', sessions: '2', last_ms: String(nowMs - 12_400) }
  const finding = await check({ logs: 10, excluded: 2, events })
  expect(finding).toMatchObject({ verdict: 'ok', message: '8 events of 2 sessions, last one 12 seconds ago' })
  const short = await check({ logs: 10, excluded: 1, events })
  expect(short.message).toContain('10 events accepted, 8 stored (1 left out by the policy or by sampling)')
})

test('a collector that was just restarted does not hide what is stored', async () => {
  const finding = await check({ events: { rows: 3, recent: 0, sessions: 1, last_ms: nowMs - 90_000 } })
  expect(finding).toMatchObject({ verdict: 'ok', message: '3 events of 1 session, last one 90 seconds ago' })
})

test('metrics without events are told apart', async () => {
  const finding = await check({ points: 7, metrics: { rows: 7, recent: 7 } })
  expect(finding).toMatchObject({ verdict: 'warn', message: 'the client sent 7 data points and no events' })
})

test('a collector or a ClickHouse that does not answer is bad', async () => {
  const silent = await check({}, { fetchText: async () => undefined })
  expect(silent).toMatchObject({
    verdict: 'bad',
    message: expect.stringMatching(/collector does not answer on http:\/\/127/),
  })
  const system = fakeSystem({ fetchText: async () => '' })
  const query = async () => {
    throw new Error('connect ECONNREFUSED')
  }
  const down = await checkClientTraffic(system, { collectorMetrics: 'http://x', endpoint: 'x', query })
  expect(down).toMatchObject({ verdict: 'bad', message: 'ClickHouse does not answer: connect ECONNREFUSED' })
})
