import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { Endpoints } from '../../stack/runtime/runtime.ts'
import { drain } from './drain.ts'

interface Readings extends AsyncDisposable {
  readonly stack: { readonly endpoints: Endpoints }
}

/** A collector that tells one queue size after the other, then the last one again; undefined: it does not answer. */
async function collector(...queued: (number | undefined)[]): Promise<Readings> {
  let readings = 0
  const server = createServer((_, response) => {
    const size = queued[Math.min(readings, queued.length - 1)]
    readings += 1
    response.statusCode = size === undefined ? 503 : 200
    response.end(
      `# TYPE otelcol_exporter_queue_size gauge\notelcol_exporter_queue_size{exporter="clickhouse"} ${size}\n`,
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const collectorMetrics = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/metrics`
  const endpoints = {
    otlpGrpc: '',
    otlpHttp: '',
    collectorHealth: '',
    collectorMetrics,
    clickhouseHttp: '',
    clickhouseNative: '',
  }
  return {
    stack: { endpoints },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Rows as successive queries count them; the last count stays. */
function counting(...rows: number[]): () => Promise<number> {
  let queries = 0
  return async () => {
    const count = rows[Math.min(queries, rows.length - 1)] ?? 0
    queries += 1
    return count
  }
}

const patient = { quietMs: 600_000, timeoutMs: 600_000 }

describe('draining', () => {
  test('ends when all that must come is there and the queue is empty', async () => {
    await using told = await collector(0)
    expect(await drain({ ...told, stored: counting(0, 1, 3), expected: 3, ...patient })).toMatchObject({
      drained: true,
      note: '',
    })
  })

  test('goes on while items are queued, even when enough rows are there', async () => {
    await using told = await collector(2, 1, 0)
    const stored = counting(3, 4)
    expect(await drain({ ...told, stored, expected: 3, ...patient })).toMatchObject({ drained: true, note: '' })
    expect(await stored()).toBe(4)
  })

  test('ends when nothing moves any more, and says how far it came', async () => {
    await using told = await collector(0)
    expect(await drain({ ...told, stored: counting(2), expected: 3, quietMs: 0, timeoutMs: 600_000 })).toMatchObject({
      drained: true,
      note: 'nothing moves any more at 2 of 3 rows',
    })
  })

  test('is not reached at the limit while items are queued', async () => {
    await using told = await collector(5)
    expect(await drain({ ...told, stored: counting(2), expected: 3, quietMs: 0, timeoutMs: 0 })).toMatchObject({
      drained: false,
      note: '2 of 3 rows are there and 5 items are queued',
    })
  })

  test('is not reached while the collector does not answer, even when all rows are there', async () => {
    await using told = await collector(undefined)
    expect(await drain({ ...told, stored: counting(3), expected: 3, quietMs: 0, timeoutMs: 0 })).toMatchObject({
      drained: false,
      note: '3 of 3 rows are there and the collector does not answer',
    })
  })
})
