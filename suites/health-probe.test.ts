// The health probe is no telemetry: it is not stored, whatever its record looks like after the masks.
import { expect, test } from 'vitest'
import { stackDirectory } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { readCollector } from '../harness/experiment/collector-metrics.ts'
import { connect } from '../stack/clickhouse/database.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import { pipelineAccepts } from '../stack/runtime/probe.ts'

test('a probe whose record is masked is not stored', async () => {
  await using stack = await startEmbedded({ stackDirectory, ports: 'free' })
  await using database = connect(stack, 'analyst')
  const record = (key: string, value: unknown) => ({
    attributes: [
      { key, value },
      { key: 'note', value: { stringValue: 'ada@example.com' } },
    ],
  })
  const logRecords = [
    record('telemetry.probe', { boolValue: true }),
    // What comes last is stored: all before it has been decided.
    record('last', { boolValue: true }),
  ]
  expect(await pipelineAccepts(stack.endpoints.otlpHttp)).toBe(true)
  const response = await fetch(`${stack.endpoints.otlpHttp}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }),
  })
  expect(response.ok).toBe(true)
  const stored = () =>
    database.rows<{ others: Record<string, string> }>(
      `SELECT mapFilter((k, v) -> k NOT LIKE 'telemetry.arrival%', attributes) AS others FROM logs_raw`,
    )
  await until('the last record', async () => (await stored()).length > 0, { timeoutMs: 120_000 })
  expect(await stored()).toEqual([{ others: { last: 'true', note: '[REDACTED_EMAIL]' } }])
  // The collector counts a record when its insert has been answered, and a query may see it before.
  const counted = () => readCollector(stack)
  await until('the count of what was sent', async () => ((await counted())?.sentLogs ?? 0) > 0, { timeoutMs: 120_000 })
  expect(await counted()).toMatchObject({ acceptedLogs: 1, sentLogs: 1 })
})
