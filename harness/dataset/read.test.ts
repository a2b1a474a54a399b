import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ExitCode } from '../../core/errors.ts'
import { projectRoot } from '../../core/paths.ts'
import { MANIFEST_VERSION, type Manifest, publishedSchema } from './manifest.ts'
import { checkFiles, readManifest } from './read.ts'

let room: string
beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'telemetry-proof-dataset-'))
})
afterEach(() => rm(room, { recursive: true }))

const manifest: Manifest = {
  schemaVersion: MANIFEST_VERSION,
  made: { preset: null, seed: 1, start: '2026-01-05T00:00:00.000Z', shard: { number: 1, of: 1 }, events: null },
  counts: { sessions: 0, logRecords: 0, dataPoints: 0, excluded: 0 },
  first: null,
  last: null,
  files: [
    {
      path: 'jsonl/events-00001.jsonl',
      format: 'jsonl',
      holds: 'events',
      compression: 'none',
      rows: 1,
      records: 1,
      bytes: 3,
      sha256: 'ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356',
    },
  ],
  answers: [],
}

async function given(text: string): Promise<string> {
  await writeFile(join(room, 'manifest.json'), text)
  return room
}

test.each([
  ['{', /manifest\.json is no JSON/],
  ['[]', /manifest\.json is of schema version undefined; this version of the project reads 1/],
  [JSON.stringify({ ...manifest, schemaVersion: 9 }), /is of schema version 9; this version of the project reads 1/],
  [JSON.stringify({ ...manifest, counts: { ...manifest.counts, sessions: -1 } }), /is no manifest: counts\.sessions/],
  [
    JSON.stringify({ ...manifest, files: [{ ...manifest.files[0], path: '../../x/y' }] }),
    /is no manifest: files\.0\.path/,
  ],
])('a manifest that is none is told in one line: %.30s', async (text, says) => {
  const error = await readManifest(await given(text)).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ name: 'UserError', exitCode: ExitCode.unknown, message: expect.stringMatching(says) })
  expect(String(error)).not.toContain('\n')
})

test('docs/contracts has its JSON Schema', async () => {
  await expect(publishedSchema()).toMatchFileSnapshot(join(projectRoot, 'docs/contracts/dataset.schema.json'))
  const valid = new Ajv2020({ strict: false }).compile(JSON.parse(publishedSchema()))
  expect([valid(manifest), valid({ ...manifest, counts: {} })]).toEqual([true, false])
})

test('without one, a directory is no whole dataset', async () => {
  await expect(readManifest(room)).rejects.toThrow(/has no manifest\.json: it is no dataset, or not a whole one/)
})

test.each([
  ['abd', /events-00001\.jsonl: its checksum is not that of the manifest; nothing was loaded/],
  ['abcd', /events-00001\.jsonl has 4 bytes, and 3 in the manifest/],
  [undefined, /events-00001\.jsonl is in the manifest and cannot be read: ENOENT/],
])('a file that is another is told in one line: %s', async (text, says) => {
  await mkdir(join(room, 'jsonl'))
  if (text !== undefined) await writeFile(join(room, 'jsonl/events-00001.jsonl'), text)
  const error = await checkFiles(room, manifest.files, () => {}).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ exitCode: ExitCode.unknown, message: expect.stringMatching(says) })
})
