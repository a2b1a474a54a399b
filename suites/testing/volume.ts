// The volume of an earlier commit (suites/fixtures/volume-*): unpacked, read back from a running stack, compared with what it must hold.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { Database } from '../../stack/clickhouse/database.ts'

const run = promisify(execFile)

const map = z.record(z.string(), z.string())
const common = {
  /** `aside`: the relay told its client that it is refused; the copy of it stays where it is. */
  fate: z.enum(['store', 'exclude', 'aside']),
  /** As that commit stored it; absent where it was not stored yet. */
  eventId: z.string().optional(),
  sessionId: z.string().nullable(),
  timeUnixNano: z.string(),
  /** Its place in `resources`. */
  resource: z.number(),
  attributes: map,
}
const recordSchema = z.discriminatedUnion('signal', [
  z.object({
    ...common,
    signal: z.literal('logs'),
    eventName: z.string(),
    sequence: z.string().nullable(),
    promptId: z.string().nullable(),
    toolUseId: z.string().nullable(),
    requestId: z.string().nullable(),
  }),
  z.object({
    ...common,
    signal: z.literal('metrics'),
    name: z.string(),
    unit: z.string(),
    startTimeUnixNano: z.string(),
    value: z.number(),
    temporality: z.number(),
  }),
])
const expectedSchema = z.object({
  formatVersion: z.literal(1),
  hashSalt: z.string(),
  schemaVersion: z.number(),
  /** Of each archive. */
  sha256: map,
  totals: z.object({ events: z.number(), points: z.number(), costUsd: z.number(), tokens: z.number() }),
  plantedBase64: z.array(z.string()),
  resources: z.array(map),
  parts: z.object({
    stored: z.array(recordSchema),
    queued: z.array(recordSchema),
    parked: z.array(recordSchema),
    refused: z.array(recordSchema),
  }),
})
export type ExpectedVolume = z.infer<typeof expectedSchema>

/** A row as queries show it, or as it must be shown: everything of it but its id, which a later stack may compute anew. */
export interface Row {
  readonly text: string
}

export interface Unpacked extends AsyncDisposable {
  /** For `dataDirectory` of a stack: its volumes. */
  readonly data: string
  /** The relay's. */
  readonly buffer: string
  readonly expected: ExpectedVolume
}

/** Into a directory of its own, which goes with the scope. */
export async function unpackVolume(fixture: string): Promise<Unpacked> {
  const expected = expectedSchema.parse(JSON.parse(await readFile(join(fixture, 'expected.json'), 'utf8')))
  const workspace = await mkdtemp(join(tmpdir(), 'telemetry-proof-volume-'))
  const [data, buffer] = [join(workspace, 'data'), join(workspace, 'buffer')]
  for (const [archive, sha256] of Object.entries(expected.sha256)) {
    const packed = await readFile(join(fixture, archive))
    if (createHash('sha256').update(packed).digest('hex') !== sha256)
      throw new Error(`${archive} is not the one that expected.json is about`)
    const name = basename(archive, '.tar.gz')
    const target = name === 'buffer' ? buffer : join(data, name)
    await mkdir(target, { recursive: true })
    await run('tar', ['-xzf', join(fixture, archive), '-C', target])
  }
  const remove = () => rm(workspace, { recursive: true, force: true, maxRetries: 5 })
  return { data, buffer, expected, [Symbol.asyncDispose]: remove }
}

/** What must be shown in the end, each once: a record that is in two parts is one. */
export function expectedRows({ parts, resources }: ExpectedVolume): Row[] {
  const rows = new Map<string, Row>()
  for (const record of Object.values(parts).flat()) {
    if (record.fate !== 'store') continue
    const place = [resources[record.resource] ?? {}, record.attributes] as const
    const text =
      record.signal === 'logs'
        ? textOf('event', [
            ...[record.sessionId, record.eventName, record.sequence, record.timeUnixNano],
            ...[record.promptId, record.toolUseId, record.requestId, ...place],
          ])
        : textOf('point', [
            ...[record.sessionId, record.name, record.unit, record.startTimeUnixNano, record.timeUnixNano],
            ...[record.value, record.temporality, ...place],
          ])
    if (!rows.has(text)) rows.set(text, { text })
  }
  return [...rows.values()]
}

/** All rows of the two views. */
export async function shownRows(database: Database): Promise<Row[]> {
  const time = (column: string) => `toString(toUnixTimestamp64Nano(${column}))`
  const events = await database.rows<{ row: unknown[] }>(
    `SELECT tuple(session_id, event_type, toString(sequence), ${time('timestamp')}, prompt_id,
            tool_use_id, request_id, resource_attributes, attributes) AS row FROM telemetry_events`,
  )
  const start = `ifNull(start_timestamp, toDateTime64(0, 9, 'UTC'))`
  const points = await database.rows<{ row: unknown[] }>(
    `SELECT tuple(session_id, metric_name, unit, ${time(start)}, ${time('timestamp')}, value,
            temporality, resource_attributes, attributes) AS row FROM telemetry_metrics`,
  )
  return [
    ...events.map(({ row }) => ({ text: textOf('event', row) })),
    ...points.map(({ row }) => ({ text: textOf('point', row) })),
  ]
}

function textOf(kind: string, row: readonly unknown[]): string {
  return `${kind} ${JSON.stringify(row, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )}`
}

/** One line for each row that is missing, there more than once, or not expected at all. */
export function differences(expected: readonly Row[], shown: readonly Row[]): string[] {
  const byText = Map.groupBy(shown, ({ text }) => text)
  const wrong = expected.flatMap(({ text }) => {
    const found = byText.get(text) ?? []
    byText.delete(text)
    return found.length === 1 ? [] : [`${found.length} times instead of once: ${text}`]
  })
  return [...wrong, ...[...byText.keys()].map((text) => `unexpected: ${text}`)]
}

/** Records that only the views show, or only the tables of raw records behind them. */
export async function rawOddities(database: Database): Promise<string[]> {
  const pairs = [
    ['telemetry_events', 'logs_raw'],
    ['telemetry_metrics', 'metrics_raw'],
  ] as const
  const odd = await Promise.all(
    [...pairs, ...pairs.map(([view, raw]) => [raw, view] as const)].map(async ([one, other]) => {
      const only = `SELECT DISTINCT toString(event_id) AS id FROM ${one} WHERE event_id NOT IN (SELECT event_id FROM ${other})`
      return (await database.rows<{ id: string }>(only)).map(({ id }) => `${id} is in ${one}, not in ${other}`)
    }),
  )
  return odd.flat()
}

/** The content of a directory's files, by name. */
export async function contentOf(directory: string): Promise<Record<string, string>> {
  const names = (await readdir(directory)).sort()
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')] as const)),
  )
}
