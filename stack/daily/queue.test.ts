import { expect, test } from 'vitest'
import { exportFailures } from '../runtime/export-failures.ts'
import { observeQueue, renderQueue } from './queue.ts'

// As the real collector writes it.
const failed = (time: string, error: string) =>
  `${time}\tinfo\tinternal/retry_sender.go:136\tExporting failed. Will retry the request after interval.\t{"resource": {"service.name": "otelcol"}, "otelcol.signal": "logs", "error": ${JSON.stringify(error)}, "interval": "5s"}`

const counters = (...readings: readonly (readonly [waiting: number, sent: number] | undefined)[]) => {
  let asked = 0
  return async () => {
    const reading = readings[Math.min(asked, readings.length - 1)]
    asked += 1
    return (
      reading &&
      `otelcol_exporter_queue_size{data_type="logs",exporter="clickhouse"} ${reading[0]}\notelcol_exporter_queue_capacity{data_type="logs",exporter="clickhouse"} 1e+06\notelcol_exporter_sent_log_records{exporter="clickhouse"} ${reading[1]}\n`
    )
  }
}
const log = async () => [failed('2026-11-25T10:00:00.000Z', 'code: 241, message: Memory limit\nexceeded')]

test('an empty queue is told at once, one that moves as such, and one that stands with its error', async () => {
  expect(await observeQueue({ counters: counters([0, 9]), log, watchMs: 0 })).toEqual({
    waiting: 0,
    moves: true,
    failures: null,
  })
  const moving = await observeQueue({ counters: counters([20, 9], [20, 9], [15, 14]), log, watchMs: 0 })
  expect(moving).toEqual({ waiting: 15, moves: true, failures: null })
  const standing = await observeQueue({ counters: counters([20, 9]), log, watchMs: 0 })
  expect(standing).toMatchObject({ waiting: 20, moves: false })
  expect(standing && renderQueue(standing)).toBe(
    '20 events and data points wait, and none is stored since 2026-11-25T10:00:00.000Z: code: 241, message: Memory limit exceeded',
  )
})

test('a queue that stands is told while others move', async () => {
  let sent = 0
  const both = async () => {
    sent += 5
    return [
      'otelcol_exporter_queue_size{data_type="logs",exporter="clickhouse/small"} 70',
      'otelcol_exporter_queue_size{data_type="logs",exporter="clickhouse/large"} 3',
      'otelcol_exporter_queue_size{data_type="metrics",exporter="clickhouse/large"} 0',
      `otelcol_exporter_sent_log_records_total{exporter="clickhouse/small"} ${sent}`,
      'otelcol_exporter_sent_log_records_total{exporter="clickhouse/large"} 8',
      `otelcol_exporter_sent_metric_points_total{exporter="clickhouse/large"} ${sent}`,
    ].join('\n')
  }
  expect(await observeQueue({ counters: both, log, watchMs: 0 })).toMatchObject({ waiting: 3, moves: false })
})

test('more that comes in is no movement, and a collector that does not answer is unknown', async () => {
  expect(await observeQueue({ counters: counters([20, 9], [25, 9], [30, 9]), log, watchMs: 0 })).toMatchObject({
    waiting: 30,
    moves: false,
  })
  expect(await observeQueue({ counters: counters(undefined), log, watchMs: 0 })).toBeUndefined()
})

test('failures begin with the first that is not followed by a long pause', () => {
  const lines = [
    failed('2026-11-25T09:00:00.000Z', 'old'),
    'something else',
    failed('2026-11-25T10:00:00.000Z', 'first'),
    failed('2026-11-25T10:00:35.000Z', 'second'),
  ]
  expect(exportFailures(lines)).toEqual({
    since: '2026-11-25T10:00:00.000Z',
    last: '2026-11-25T10:00:35.000Z',
    error: 'second',
  })
  expect(exportFailures(['nothing'])).toBeUndefined()
})
