// What the scenarios of odd records have in common: a request as it is, and the rows that come of it.
import type { OtlpRequest } from '../../core/otlp/otlp.ts'
import { until } from '../../core/poll.ts'
import { attributes } from '../../generators/hand-made.ts'
import type { Experiment } from '../../harness/experiment/experiment.ts'

export const rules = { typed: false, counters: false } as const
const ARRIVAL_MS = 8_000

/** Sends a request, as JSON or as protobuf bytes, and wants it taken. */
export async function post(
  experiment: Experiment,
  request: OtlpRequest | { readonly bytes: Uint8Array; readonly signal: string },
) {
  const raw = 'bytes' in request
  const signal = raw ? request.signal : 'resourceLogs' in request ? 'logs' : 'metrics'
  const response = await fetch(`${experiment.stack.endpoints.otlpHttp}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': raw ? 'application/x-protobuf' : 'application/json' },
    body: raw ? Buffer.from(request.bytes) : JSON.stringify(request),
  })
  experiment.check('delivery', 'the request is taken', { actual: response.status, expected: 200 })
}

/** The rows of a query, once there are as many as must be, or no more come. */
export async function rowsOf<T>(experiment: Experiment, sql: string, session: string, wanted: number): Promise<T[]> {
  const look = () => experiment.database.rows<T>(sql, { session })
  await until('the rows', async () => (await look()).length >= wanted, { timeoutMs: ARRIVAL_MS }).catch(() => {})
  return look()
}

/** Records under the client's own resource and scope, as they are. */
export function request(logRecords: readonly object[]): OtlpRequest {
  return {
    resourceLogs: [
      {
        resource: { attributes: attributes({ 'service.name': 'claude-code', 'service.version': '2.1.197' }) },
        scopeLogs: [{ scope: { name: 'com.anthropic.claude_code.events', version: '2.1.197' }, logRecords }],
      },
    ],
  }
}

/** Twice, as a client does that had no answer; the second time when the first is stored, so that both arrive as batches of their own. */
export async function sentTwice(experiment: Experiment, session: string, records: readonly object[]): Promise<void> {
  await post(experiment, request(records))
  await rowsOf(
    experiment,
    'SELECT event_id FROM telemetry_events WHERE startsWith(session_id, {session:String})',
    session,
    records.length,
  )
  await post(experiment, request(records))
  await experiment.drain()
}
