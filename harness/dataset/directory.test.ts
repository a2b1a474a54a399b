import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { otlpRequest } from '../../core/otlp/request.ts'
import { projectRoot, stackDirectory } from '../../core/paths.ts'
import { plansOf } from '../../generators/team/parts.ts'
import { readPreset } from '../../generators/team/preset.ts'
import { teamPlayer } from '../../generators/team/team-session.ts'
import type { Block } from './block.ts'
import { sessionBlocks, teamBlocks } from './blocks.ts'
import { eventColumns, pointColumns } from './columns.ts'
import { type DirectoryOptions, writeDirectory } from './directory.ts'
import type { Manifest } from './manifest.ts'
import { checkFiles, readManifest } from './read.ts'

const preset = await readPreset('team-week')
const startMs = Date.UTC(2026, 0, 5)
const options = { preset: { ...preset, sessions: { ...preset.sessions, most: 5 } }, seed: 7 }
const plans = plansOf({ ...options, startMs })
const sessions = plans.map(teamPlayer(options))

let room: string
beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'telemetry-proof-dataset-'))
})
afterEach(() => rm(room, { recursive: true }))

const made: Manifest['made'] = {
  preset: 'team-week',
  seed: 7,
  start: new Date(startMs).toISOString(),
  shard: { number: 1, of: 1 },
  events: null,
}

function write(name: string, more: Partial<DirectoryOptions> = {}): Promise<Manifest> {
  return writeDirectory({
    out: join(room, name),
    formats: ['otlp', 'jsonl'],
    compression: undefined,
    split: { unit: 'records', most: 1_000_000 },
    made,
    blocks: (wanted) => sessionBlocks(sessions, wanted),
    conversions: () => Promise.reject(new Error('no format here is converted')),
    told: () => {},
    stackDirectory,
    ...more,
  })
}

const textOf = (name: string, { files }: Manifest, holds: string) =>
  Promise.all(files.filter((file) => file.holds === holds).map((file) => readFile(join(room, name, file.path)))).then(
    (parts) => Buffer.concat(parts),
  )

test('its manifest has the counts, sizes and checksums of its files, and every record that the policy keeps is in each format', async () => {
  const manifest = await write('a')
  expect(await readManifest(join(room, 'a'))).toEqual(manifest)
  await checkFiles(join(room, 'a'), manifest.files, () => {})
  const { logRecords, dataPoints, excluded } = manifest.counts
  expect(manifest.counts.sessions).toBe(sessions.length)
  expect(logRecords + dataPoints + excluded).toBe(
    sessions.flatMap(({ events, metrics }) => [...events, ...metrics.flatMap(({ expected }) => expected)]).length,
  )
  expect(manifest.files.map(({ holds, records }) => [holds, records])).toEqual([
    ['requests', logRecords + dataPoints],
    ['events', logRecords],
    ['metrics', dataPoints],
  ])
  const requests = String(await textOf('a', manifest, 'requests'))
    .trimEnd()
    .split('\n')
  for (const line of requests) otlpRequest(JSON.parse(line), 'line')
  expect(requests).toHaveLength(manifest.files[0]?.rows ?? 0)
  expect(requests.join('').split('"observedTimeUnixNano"')).toHaveLength(logRecords + 1)
  const events = String(await textOf('a', manifest, 'events'))
    .trimEnd()
    .split('\n')
  expect(events).toHaveLength(logRecords)
  expect(await readdir(room)).toEqual(['a'])
})

test('nothing private is in it', async () => {
  await write('a')
  const planted = sessions.flatMap((session) => session.planted)
  expect(planted.length).toBeGreaterThan(20)
  const text = (
    await Promise.all(
      ['otlp/requests-00001.otlp.jsonl', 'jsonl/events-00001.jsonl', 'jsonl/metrics-00001.jsonl', 'manifest.json'].map(
        (path) => readFile(join(room, 'a', path), 'utf8'),
      ),
    )
  ).join('\n')
  expect(planted.filter((secret) => text.includes(secret))).toEqual([])
})

test('the same seed gives the same bytes, in however many threads', async () => {
  const one = await write('a')
  const other = await write('b', { blocks: (wanted) => teamBlocks({ options, plans, workers: 2 }, wanted) })
  expect(other).toEqual(one)
  expect(one.files.map(({ sha256 }) => sha256.slice(0, 8))).toMatchInlineSnapshot(`
    [
      "a325418c",
      "5e29a793",
      "b13ee12b",
    ]
  `)
})

test.each([
  ['gzip', '.gz', gunzipSync],
  ['zstd', '.zst', zstdDecompressSync],
] as const)('%s packs the same lines', async (compression, suffix, unpack) => {
  const plain = await write('a')
  const packed = await write('b', { compression })
  for (const [index, { path, compression: noted }] of packed.files.entries()) {
    expect([path, noted]).toEqual([`${plain.files[index]?.path}${suffix}`, compression])
    const sum = createHash('sha256')
      .update(unpack(await readFile(join(room, 'b', path))))
      .digest('hex')
    expect(sum).toBe(plain.files[index]?.sha256)
  }
})

test.each([
  ['records', 100],
  ['bytes', 150_000],
] as const)('split by %s, the files one after the other are the whole', async (unit, most) => {
  const whole = await write('a')
  const parts = await write('b', { split: { unit, most } })
  expect(parts.files.length).toBeGreaterThan(whole.files.length + 2)
  for (const holds of ['requests', 'events', 'metrics']) {
    expect((await textOf('b', parts, holds)).equals(await textOf('a', whole, holds))).toBe(true)
    const files = parts.files.filter((file) => file.holds === holds)
    for (const file of files.slice(0, -1)) expect(file[unit]).toBeGreaterThanOrEqual(most)
  }
})

test('a directory that is there is left as it is, also where it came while another was written', async () => {
  const first = await write('a')
  await expect(write('a')).rejects.toThrow(
    /a is there already, and is left as it is; name another directory with --out/,
  )
  await writeFile(join(room, 'file'), '')
  await expect(write('file')).rejects.toThrow(/file is there already/)
  function* racing() {
    yield* sessionBlocks(sessions, { holdings: ['requests'], sent: true })
  }
  const both = await Promise.allSettled([write('c', { blocks: racing }), write('c', { blocks: racing })])
  expect(both.map(({ status }) => status)).toContain('rejected')
  expect(await readManifest(join(room, 'a'))).toEqual(first)
})

test('what breaks on the way leaves nothing behind', async () => {
  function* broken(): Generator<Block> {
    yield* sessionBlocks(sessions.slice(0, 2), { holdings: ['requests', 'events', 'metrics'], sent: true })
    throw new Error('no more')
  }
  await expect(write('a', { blocks: broken })).rejects.toThrow('no more')
  expect(await readdir(room)).toEqual([])
})

test('directories above it are made; where one cannot be, it is named', async () => {
  await write('x/y/z')
  expect((await stat(join(room, 'x/y/z/manifest.json'))).isFile()).toBe(true)
  await writeFile(join(room, 'file'), '')
  await expect(write('file/below')).rejects.toThrow(/file\/below cannot be written: ENOTDIR.*file\/below/)
})

test('flat files have the columns that docs/data-model.md has, but those that only a database can fill', async () => {
  const document = await readFile(join(projectRoot, 'docs/data-model.md'), 'utf8')
  const columnsIn = (view: string) =>
    [
      ...((document.split(`\n## ${view}\n`)[1] ?? '').split('\n## ')[0]?.matchAll(/^\| `(\w+)` \| `([^`]+)` \|/gm) ??
        []),
    ].map(([, name = '', type = '']) => [name, type.replaceAll(/LowCardinality\((.*?\)?)\)$/g, '$1')])
  const names = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name)
  const missing = (view: string, columns: readonly { readonly name: string }[]) =>
    columnsIn(view).flatMap(([name = '']) => (names(columns).includes(name) ? [] : [name]))
  expect(missing('telemetry_events', eventColumns)).toEqual([
    'event_id',
    'received_at',
    'sampling_percentage',
    'weight',
    'impossible_time',
  ])
  expect(missing('telemetry_metrics', pointColumns)).toEqual(['event_id', 'detail', 'received_at'])
  for (const [view, columns] of [
    ['telemetry_events', eventColumns],
    ['telemetry_metrics', pointColumns],
  ] as const) {
    const types = new Map(columnsIn(view).map(([name = '', type = '']) => [name, type]))
    for (const { name, type } of columns)
      if (!type.startsWith('Map') && types.has(name)) expect([name, type]).toEqual([name, types.get(name)])
    expect(names(columns).filter((name) => !types.has(name))).toEqual(
      view === 'telemetry_events' ? ['body', 'scope_name'] : ['scope_name'],
    )
  }
})
