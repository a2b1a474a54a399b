// Each variant is the stack as it is today but for what its name says, and an edit that finds nothing to edit is an error.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UserError } from '../../../core/errors.ts'
import { stackDirectory } from '../../../core/paths.ts'
import { parseCollectorConfig } from './collector-config.ts'
import { applyEdits, copyStack } from './edit.ts'
import { OFFICIAL, OURS, variants } from './variants.ts'

let room = ''
beforeAll(async () => {
  room = await mkdtemp(join(tmpdir(), 'telemetry-proof-variants-'))
  for (const { name, edits } of variants) await copyStack(stackDirectory, join(room, name), edits)
})
afterAll(() => rm(room, { recursive: true, force: true }))

const read = (variant: string, file: string) => readFile(join(room, variant, file), 'utf8')
const configOf = async (variant: string) => parseCollectorConfig(await read(variant, 'collector/config.yaml'))
const pipelinesOf = async (variant: string) => (await configOf(variant)).service.pipelines

test('no two variants have one name, and all but ours are edited', () => {
  expect(new Set(variants.map(({ name }) => name)).size).toBe(variants.length)
  expect(variants.filter(({ edits }) => edits.length === 0).map(({ name }) => name)).toEqual([OURS])
})

test.each(variants.flatMap(({ name, edits }) => edits.map((edit, n) => ({ name, n: n + 1, edit }))))(
  'edit $n of $name finds nothing where it has been applied already',
  async ({ name, edit }) => {
    expect(() => edit.change('')).toThrow(UserError)
    await expect(applyEdits(join(room, name), [edit])).rejects.toThrow(UserError)
  },
)

describe("the collector's configuration", () => {
  test('of the official pipeline has nothing of ours on the way', async () => {
    const { exporters, extensions, processors, service } = await configOf(OFFICIAL)
    const pipeline = { receivers: ['otlp'], processors: ['batch'], exporters: ['clickhouse'] }
    expect(service.pipelines).toEqual({ logs: pipeline, metrics: pipeline })
    expect(processors).toEqual({ batch: {} })
    expect(Object.keys(extensions)).toEqual(['health_check'])
    expect(exporters.clickhouse).toMatchObject({ create_schema: true, database: 'otel' })
    expect(exporters.clickhouse).not.toHaveProperty('sending_queue')
  })

  test('ends behind the decoding, or behind the processors', async () => {
    const ours = await pipelinesOf(OURS)
    for (const signal of ['logs', 'metrics']) {
      const receivers = ['otlp']
      expect(await pipelinesOf('decode-only')).toHaveProperty(signal, { receivers, processors: [], exporters: ['nop'] })
      const { processors } = ours[signal] ?? {}
      expect(await pipelinesOf('processors-only')).toHaveProperty(signal, { receivers, processors, exporters: ['nop'] })
    }
    expect(Object.keys(await pipelinesOf('decode-only'))).toEqual(['logs', 'metrics'])
  })

  test.each([
    ['no-policy', ['transform/exclude', 'filter/exclude', 'transform/hash', 'transform/mask']],
    ['no-guards', ['transform/guard', 'transform/unset', 'probabilistic_sampler', 'transform/unmark', 'filter/probe']],
  ])('of %s lacks these processors and no others', async (variant, lacking) => {
    const [ours, other] = [await configOf(OURS), await configOf(variant)]
    const expected = Object.entries(ours.service.pipelines).map(([name, pipeline]) => [
      name,
      { ...pipeline, processors: pipeline.processors.filter((processor) => !lacking.includes(processor)) },
    ])
    expect(other).toEqual({ ...ours, service: { ...ours.service, pipelines: Object.fromEntries(expected) } })
  })

  test('of one class has one exporter and measures no rows, but finds values that are not set', async () => {
    const { exporters, processors, service } = await configOf('one-class')
    expect(Object.keys(exporters)).toEqual(['clickhouse/small'])
    expect(Object.values(service.pipelines).map((pipeline) => pipeline.exporters)).toEqual([
      ['clickhouse/small'],
      ['clickhouse/small'],
    ])
    const measuring = JSON.stringify(processors['transform/row_size'])
    expect(measuring).not.toContain('telemetry.row_size')
    expect(measuring.match(/set\((?:log|datapoint)\.attributes\[\\"telemetry\.unset\\"\], true\)/g)).toHaveLength(2)
  })

  test('of a queue in memory or not synced differs in that alone', async () => {
    const ours = await configOf(OURS)
    const inMemory = await configOf('queue-in-memory')
    expect(JSON.stringify(inMemory.exporters)).toBe(
      JSON.stringify(ours.exporters).replaceAll('"storage":"file_storage/queue",', ''),
    )
    expect({ ...inMemory, exporters: {}, processors: {} }).toEqual({ ...ours, exporters: {}, processors: {} })
    expect(JSON.stringify(await configOf('queue-not-synced'))).toBe(
      JSON.stringify(ours).replace('"fsync":true', '"fsync":false'),
    )
  })
})

describe('the schema', () => {
  const LOGS = 'clickhouse/schema/004-log-records.sql'
  const POINTS = 'clickhouse/schema/005-metric-points.sql'
  const viewIn = (sql: string) => sql.slice(sql.lastIndexOf('CREATE MATERIALIZED VIEW'))

  test('without views keeps its tables', async () => {
    for (const file of [LOGS, POINTS]) {
      const sql = await read('landing-only', file)
      expect(sql).not.toContain('MATERIALIZED VIEW')
      const count = (text: string) => text.match(/^CREATE TABLE/gm)?.length
      expect(count(sql)).toBe(count(await read(OURS, file)))
    }
  })

  test('without types writes the record itself, and what the table is sorted by', async () => {
    const columns = (sql: string) =>
      [...viewIn(sql).matchAll(/^ {4}(\w+),?$|^ {4}.* AS (\w+),$/gm)].map((m) => m[1] ?? m[2])
    expect(columns(await read('no-types', LOGS))).toEqual(
      expect.arrayContaining(['timestamp', 'event_type', 'attributes', 'body', 'excluded', 'last_line']),
    )
    expect(columns(await read('no-types', POINTS))).toEqual(
      expect.arrayContaining(['metric_name', 'value', 'attributes', 'excluded', 'last_line']),
    )
    for (const file of [LOGS, POINTS]) {
      expect(columns(await read(OURS, file))).toContain('model')
      expect(columns(await read('no-types', file))).not.toContain('model')
      expect(columns(await read('no-types', file))).not.toContain('session_id')
    }
  })

  test('without identity differs in the identity alone', async () => {
    for (const file of [LOGS, POINTS]) {
      const [ours, other] = [await read(OURS, file), await read('no-identity', file)]
      const cut = (sql: string) => sql.replace(/^ {4}(?:reinterpretAsUUID|generateUUIDv4)[\s\S]*? AS event_id,$/m, '')
      expect(cut(other)).toBe(cut(ours))
      expect(other).not.toContain('sipHash128')
    }
  })

  test('without the last line or the normal form keeps every function', async () => {
    const functions = (sql: string) => [...sql.matchAll(/^CREATE OR REPLACE FUNCTION (\w+)/gm)].map((match) => match[1])
    const file = 'clickhouse/schema/002-functions.sql'
    const ours = functions(await read(OURS, file))
    expect(functions(await read('no-last-line', file))).toEqual(ours)
    expect(functions(await read('no-normal-form', file))).toEqual(ours)
    expect(await read('no-last-line', file)).toContain(
      'telemetry_mask_all AS (masked, names, texts) -> arrayMap(text -> telemetry_valid(text), texts);',
    )
    expect(await read('no-normal-form', file)).toContain('telemetry_valid AS (text) -> toString(text);')
  })
})
