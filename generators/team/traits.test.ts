import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import type { LogRecord } from '../../core/otlp/otlp.ts'
import { captureNames } from '../captures.ts'
import type { Part } from '../sessions/dataset.ts'
import { plansOf, teamParts } from './parts.ts'
import { presetNames, readPreset } from './preset.ts'
import { keysOf, type Traits, traitsDiffer, traitsOf } from './traits.ts'

const startMs = Date.parse('2026-01-05T00:00:00Z')
/** Of the larger presets so many sessions are enough. */
const SESSIONS: Readonly<Record<string, number>> = { soak: 40, 'team-year': 40 }

// A changed fingerprint means that every dataset of that preset changes: bump it on purpose only.
const pinned: Readonly<Record<string, Traits>> = {
  'heavy-session': {
    sha256: '611728bbfdab47139e0710e626412304e3e66b93771df105969a9cd37d768f01',
    bytes: 4251225,
    entropy: 5.0921,
    zstdRatio: 12.7,
    keySets: '35acac047b214b9a672802cb857603696f070d6b7bedb0e54b821be1b88a31df',
    repeated: 0,
  },
  soak: {
    sha256: '1fc580fa4326603a90df2ed513b1ebbdb1ca463da594d88575d4c8adb6032b5a',
    bytes: 6898099,
    entropy: 5.0871,
    zstdRatio: 17.69,
    keySets: '9b534a932f4190d4f23cf324a7b454d85cba6f4389a404297f5b1b69901d08c8',
    repeated: 0,
  },
  'team-week': {
    sha256: '2cb436ce163b0113533be53fe0ef8adc1918a7d2a1be1e4116c50cbf36bde68d',
    bytes: 11738116,
    entropy: 5.0847,
    zstdRatio: 16.52,
    keySets: '668a8b2fd4f954172ba5bbbd9b85078c4e31f8808f3064a58582deafa8f6b9c3',
    repeated: 0,
  },
  'team-year': {
    sha256: 'e7f426991be95f60ed5bed8645d3ab59c0e43b2b2d6006ab693515158e9d095c',
    bytes: 6998376,
    entropy: 5.0836,
    zstdRatio: 15.58,
    keySets: '19c5e72fe4d5033411aa955809c318fd3d82fe9c1d631f918c30687418964897',
    repeated: 0,
  },
}

async function optionsOf(name: string) {
  const preset = await readPreset(name)
  const most = SESSIONS[name] ?? preset.sessions.most
  return { preset: { ...preset, sessions: { ...preset.sessions, ...(most && { most }) } }, seed: 1, startMs }
}

async function bytesOf(parts: AsyncIterable<Part>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const { bytes } of parts) all.push(bytes)
  return Buffer.concat(all)
}

/** The recorded requests, a line each, and generated ones of the same version of the client. */
async function besideRecordings(): Promise<{
  readonly recordings: readonly string[]
  readonly lines: readonly string[]
}> {
  const directory = new URL('../fixtures/captures/', import.meta.url)
  const texts = await Promise.all(
    captureNames.map((name) => readFile(new URL(`${name}.otlp.jsonl`, directory), 'utf8')),
  )
  const year = await optionsOf('team-year')
  const options = { ...year, preset: { ...year.preset, versions: { '2.1.193-286': 1 } } }
  const generated = await bytesOf(teamParts(options, plansOf(options)))
  return {
    recordings: texts.flatMap((text) => text.trimEnd().split('\n')),
    lines: generated.toString().trimEnd().split('\n'),
  }
}

test.each(await presetNames())('%s has the traits that it has always had', async (name) => {
  const options = await optionsOf(name)
  const found = traitsOf(await bytesOf(teamParts(options, plansOf(options))))
  expect(pinned[name] ? traitsDiffer(found, pinned[name]) : found).toEqual([])
})

describe('a week', () => {
  let whole: Buffer = Buffer.alloc(0)
  let options: Awaited<ReturnType<typeof optionsOf>>
  beforeAll(async () => {
    options = await optionsOf('team-week')
    whole = await bytesOf(teamParts(options, plansOf(options)))
  })
  const week = pinned['team-week'] as Traits

  test.each([2, 3, 5])('is the same bytes made by %i threads', async (workers) => {
    expect((await bytesOf(teamParts(options, plansOf(options), workers))).equals(whole)).toBe(true)
  })

  test('is the same bytes in three shards', async () => {
    const shards = [1, 2, 3].map((number) => teamParts(options, plansOf({ ...options, shard: { number, of: 3 } })))
    expect(Buffer.concat(await Promise.all(shards.map(bytesOf))).equals(whole)).toBe(true)
  })

  test('of another seed is another', async () => {
    const other = { ...options, seed: 2 }
    expect((await bytesOf(teamParts(other, plansOf(other)))).equals(whole)).toBe(false)
  })

  test.each<[string, (lines: readonly string[]) => readonly string[], RegExp]>([
    [
      'a generator that repeats itself',
      (lines) => lines.map((line, index) => lines[index % 50] ?? line),
      /repeated|zstd/,
    ],
    ['a shard that overlaps', (lines) => [...lines.slice(0, 400), ...lines.slice(380)], /repeated is \d+ and not 0/],
    ['a shard that is missing', (lines) => lines.slice(200), /bytes/],
    ['a key that is gone', (lines) => lines.map((line) => line.replaceAll('"cost_usd"', '"cost"')), /keySets/],
    [
      'a number sent as a string',
      (lines) =>
        lines.map((line) =>
          line.replaceAll('"key":"input_tokens","value":{"intValue"', '"key":"input_tokens","value":{"stringValue"'),
        ),
      /keySets/,
    ],
    [
      'texts that are all alike',
      (lines) =>
        lines.map((line) =>
          line.replace(
            /"(prompt|response|tool_input)","value":\{"stringValue":"(?:[^"\\]|\\.)*"/g,
            '"$1","value":{"stringValue":"lorem ipsum"',
          ),
        ),
      /zstdRatio/,
    ],
  ])('%s is noticed', (_, sabotage, message) => {
    const sabotaged = sabotage(whole.toString().trimEnd().split('\n'))
    expect(traitsDiffer(traitsOf(Buffer.from(`${sabotaged.join('\n')}\n`)), week).join('; ')).toMatch(message)
  })

  test('has the keys and types of the recorded client, and beside them only what the recordings had no occasion for', async () => {
    const { recordings, lines } = await besideRecordings()
    const recorded = keysOf(recordings)
    const generated = keysOf(lines)
    for (const [name, keys] of recorded) {
      const made = generated.get(name) ?? new Set()
      expect([name, [...keys].filter((key) => !made.has(key))]).toEqual([name, []])
      const more = [...made].filter((key) => !keys.has(key) && key !== 'git.branch stringValue' && !ofPeople.has(key))
      expect([name, more.sort()]).toEqual([name, (beyond[name] ?? []).sort()])
    }
  })
})

/** The recordings were made with an API key; a subscription and the environment name people. */
const ofPeople = new Set([
  'user.email stringValue',
  'user.name stringValue',
  'user.account_uuid stringValue',
  'user.account_id stringValue',
])
/** The recordings are of headless runs, without commands and MCP servers. */
const beyond: Readonly<Record<string, string[]>> = {
  'claude_code.user_prompt': ['command_name stringValue', 'command_source stringValue'],
  'claude_code.tool_result': [
    'decision_type stringValue',
    'decision_source stringValue',
    'mcp_server_scope stringValue',
  ],
}

/** Texts are as long as people make them; the recordings were made with a stub of the model. */
const CONTENT = /^(?:prompt|prompt_text|response|tool_input|tool_parameters|error|git\.branch)$/

/** Bytes of each record as JSON, without its content and without what names people, by the event's name. */
function sizesOf(lines: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const sizes = new Map<string, number[]>()
  for (const line of lines.filter((each) => each.includes('"resourceLogs"')))
    for (const { scopeLogs } of (JSON.parse(line) as { resourceLogs: { scopeLogs: { logRecords: LogRecord[] }[] }[] })
      .resourceLogs)
      for (const record of scopeLogs.flatMap(({ logRecords }) => logRecords)) {
        const attributes = (record.attributes ?? []).filter(
          ({ key }) => !CONTENT.test(key) && !ofPeople.has(`${key} stringValue`),
        )
        const name = JSON.stringify(record.body)
        sizes.set(name, [...(sizes.get(name) ?? []), JSON.stringify({ ...record, attributes }).length])
      }
  return sizes
}

test('records without their content are as large as the recorded ones', async () => {
  const { recordings, lines } = await besideRecordings()
  const recorded = sizesOf(recordings)
  const generated = sizesOf(lines)
  const quantile = (values: readonly number[], p: number) =>
    values.toSorted((a, b) => a - b)[Math.floor(p * (values.length - 1))] ?? 0
  for (const [name, sizes] of recorded) {
    const made = generated.get(name) ?? []
    for (const p of [0.1, 0.5, 0.9]) {
      const share = quantile(made, p) / quantile(sizes, p)
      expect([name, p, share >= 0.8 && share <= 1.25 ? 'as recorded' : share]).toEqual([name, p, 'as recorded'])
    }
  }
})
