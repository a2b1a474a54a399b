import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { otlpRequest } from '../../core/otlp/request.ts'
import { allProfiles } from '../profiles.ts'
import { type DatasetOptions, uniformParts, writeParts } from './dataset.ts'

async function written({ out: given, ...options }: Partial<DatasetOptions> & { readonly out?: Writable }) {
  const parts: Buffer[] = []
  const out = new Writable({
    write: (part, _, done) => {
      parts.push(part)
      done()
    },
  })
  const counts = await writeParts(
    uniformParts({ seed: 1, sessions: 5, startMs: 1_800_000_000_000, ...options }),
    given ?? out,
  )
  return { counts, bytes: Buffer.concat(parts) }
}

// A changed fingerprint means that every dataset and every recorded seed changes: bump it on purpose only.
const fingerprints: Readonly<Record<string, string>> = {
  '<=2.1.121': 'eb6928bd17608f4cfebf58c57624b53dd9c43c1cbf3f5aea33c10790acafba52',
  '2.1.122-192': '560d62452b0dd50244caf1a98c4bf8366c076d55b5075c18ac1fb2b23ae25f44',
  '2.1.193-286': 'b061be53b8865e8aa36b7704147d9a998f8c07eb064f2fbbefc8f1899bb79709',
  '>=2.1.287': '28238c7eebc8a1bd229c68882601f736ddbbcfdbccec7be228f104a4e68cb0f1',
}

test.each(allProfiles)('$name: the same seed gives the same bytes as ever', async (profile) => {
  const { bytes } = await written({ profile })
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(fingerprints[profile.name])
})

test('every line is an export request, and the counts are those of the lines', async () => {
  const { counts, bytes } = await written({})
  const lines = bytes.toString().trimEnd().split('\n')
  for (const line of lines) otlpRequest(JSON.parse(line), 'line')
  expect(counts).toMatchObject({ sessions: 5, requests: lines.length, bytes: bytes.length })
  expect(counts.logRecords).toBe(bytes.toString().split('"observedTimeUnixNano"').length - 1)
  expect(counts.dataPoints).toBe(bytes.toString().split('"asDouble"').length - 1)
})

test('more sessions only append', async () => {
  const five = await written({})
  const six = await written({ sessions: 6 })
  expect(six.bytes.subarray(0, five.bytes.length).equals(five.bytes)).toBe(true)
})

test('a file that cannot be written whole is not there, and one that was there stays', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-dataset-'))
  const out = join(directory, 'sample.otlp.jsonl')
  try {
    function* broken() {
      yield* uniformParts({ seed: 1, sessions: 2, startMs: 1_800_000_000_000 })
      throw new Error('no more')
    }
    await expect(writeParts(broken(), out)).rejects.toThrow('no more')
    expect(await readdir(directory)).toEqual([])
    const { sha256 } = await writeParts(uniformParts({ seed: 1, sessions: 2, startMs: 1_800_000_000_000 }), out)
    await expect(writeParts(broken(), out)).rejects.toThrow('no more')
    expect(await readdir(directory)).toEqual(['sample.otlp.jsonl'])
    expect(
      createHash('sha256')
        .update(await readFile(out))
        .digest('hex'),
    ).toBe(sha256)
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('of two that write one file at once one whole file is left', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-dataset-'))
  const out = join(directory, 'sample.otlp.jsonl')
  const program = `import { uniformParts, writeParts } from ${JSON.stringify(new URL('./dataset.ts', import.meta.url).href)}
    const parts = uniformParts({ seed: Number(process.argv[1]), sessions: 60, startMs: 1800000000000 })
    process.stdout.write((await writeParts(parts, process.argv[2])).sha256)`
  try {
    const write = (seed: number) =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, String(seed), out])
    const sums = (await Promise.all([write(5), write(6)])).map(({ stdout }) => stdout)
    expect(sums).toContain(
      createHash('sha256')
        .update(await readFile(out))
        .digest('hex'),
    )
    expect(await readdir(directory)).toEqual(['sample.otlp.jsonl'])
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('a slow writer holds the generator back', async () => {
  let waiting = 0
  let most = 0
  const out = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write: (_, __, done) => {
      waiting += 1
      most = Math.max(most, waiting)
      setImmediate(() => {
        waiting -= 1
        done()
      })
    },
  })
  await written({ out, sessions: 20 })
  expect(most).toBe(1)
})
