// A volume, a queue and a buffer of an earlier commit under the stack of today: all of it is there in the end, once, and nothing else.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stopSignal } from '../core/cleanup.ts'
import { stackDirectory } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { readCollector } from '../harness/experiment/collector-metrics.ts'
import { findLeaks } from '../harness/experiment/leak-scan.ts'
import { RelayProcess } from '../harness/processes/relay-process.ts'
import { connect } from '../stack/clickhouse/database.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import { contentOf, differences, expectedRows, rawOddities, shownRows, unpackVolume } from './testing/volume.ts'

const DRAIN_MS = 20_000
const EPOCH = '1970-01-01 00:00:00'

test.each(['volume-fba56db'])(
  '%s: what was stored stays, what was acknowledged comes, and a retry counts once',
  async (name) => {
    await using volume = await unpackVolume(join(import.meta.dirname, 'fixtures', name))
    const { buffer, expected } = volume
    const aside = setAside(await contentOf(buffer))
    await using stack = await startEmbedded({
      stackDirectory,
      ports: 'free',
      dataDirectory: volume.data,
      variables: { TELEMETRY_HASH_SALT: expected.hashSalt },
    })
    const backend = stack.endpoints.otlpHttp
    await using relay = await RelayProcess.start({
      stackDirectory,
      backend,
      retryBaseMs: 100,
      directory: buffer,
      salt: expected.hashSalt,
    })
    await relay.waitUntilDrained(DRAIN_MS)
    await until('an empty queue', async () => (await readCollector(stack))?.queued === 0, {
      timeoutMs: DRAIN_MS,
      signal: stopSignal,
    })

    await using database = connect(stack, 'analyst')
    expect(differences(expectedRows(expected), await shownRows(database))).toEqual([])
    expect(await rawOddities(database)).toEqual([])
    const [sums] = await database.rows(
      `SELECT toUInt32(count()) AS events, sum(cost_usd) AS costUsd, toUInt32(sum(tokens)) AS tokens,
              toUInt32((SELECT count() FROM telemetry_metrics)) AS points FROM telemetry_events`,
    )
    expect(sums).toEqual({ ...expected.totals, costUsd: expect.closeTo(expected.totals.costUsd, 9) })
    const planted = expected.plantedBase64.map((text) => Buffer.from(text, 'base64').toString())
    expect(planted.length).toBeGreaterThan(0)
    expect(await findLeaks(stack, database, planted, EPOCH)).toEqual([])
    const [schema] = await database.rows<{ version: number }>('SELECT max(version) AS version FROM schema_version')
    expect(schema?.version).toBeGreaterThanOrEqual(expected.schemaVersion)
    // What was refused for good is a person's to look at; nothing of it is sent again or thrown away, and it is masked as it is taken over.
    const left = await contentOf(buffer)
    expect(setAside(left)).toEqual(aside)
    expect(planted.filter((text) => JSON.stringify(left).includes(text))).toEqual([])
  },
)

test('a row that is missing, doubled or changed is told', () => {
  const row = (text: string) => ({ text })
  const rows = [row('a'), row('b')]
  expect(differences(rows, [row('a'), row('b')])).toEqual([])
  expect(differences(rows, [row('b')])).toEqual(['0 times instead of once: a'])
  expect(differences(rows, [row('a'), row('b'), row('b')])).toEqual(['2 times instead of once: b'])
  expect(differences(rows, [row('a'), row('B')])).toEqual(['0 times instead of once: b', 'unexpected: B'])
})

/** How many lines of each kind are neither parked nor about the buffer itself. */
function setAside(files: Readonly<Record<string, string>>): Record<string, number> {
  const lines: Record<string, number> = {}
  for (const [file, text] of Object.entries(files)) {
    const [kind = ''] = file.split('-')
    if (!['parked', 'buffer.json', 'owners'].includes(kind))
      lines[kind] = (lines[kind] ?? 0) + text.trimEnd().split('\n').length
  }
  return lines
}
