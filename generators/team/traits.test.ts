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
    sha256: '526bb5e1c990a4a6b4faeefd9effbdc4a9933c7f1af2543a6540187173361ad1',
    bytes: 3612287,
    entropy: 5.1119,
    zstdRatio: 11.74,
    keySets: 'b6d01ff550070e2a856bad1470f6467d3c00dcffbcb4d4239aa9d6c8b2946fd2',
    repeated: 0,
  },
  soak: {
    sha256: '6f7aca669a5b3be1cf5e545dbaf9408b05361d07e4cf49a2d3e8d645ce3754cb',
    bytes: 7996252,
    entropy: 5.0826,
    zstdRatio: 17.89,
    keySets: '675c114d0ffd2c4990970ea58c88acaefe43856224a607722b41d6b90aeb5c3d',
    repeated: 0,
  },
  'team-week': {
    sha256: 'de933c34bd7729cae4a7c5da41e7f5e41200b1b045cbffdda7dea4ef068bf175',
    bytes: 11936030,
    entropy: 5.0559,
    zstdRatio: 18.24,
    keySets: 'd1da12e596b6eadd5715a814daff0b9524d608ed7a5c1b4b75978ae77bc2b8c2',
    repeated: 0,
  },
  'team-year': {
    sha256: 'bd5ccd2fa70f42cfebffca2ad66bac332617ae47da8e12d5197df4e009ea41d9',
    bytes: 7316463,
    entropy: 5.0584,
    zstdRatio: 17.27,
    keySets: '16606bb5a8901b9d7b9127fe51089dda2c6162fa2730a782392d3562998059b8',
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
    const directory = new URL('../fixtures/captures/', import.meta.url)
    const recordings = await Promise.all(
      captureNames.map((name) => readFile(new URL(`${name}.otlp.jsonl`, directory), 'utf8')),
    )
    const recorded = keysOf(recordings.flatMap((text) => text.trimEnd().split('\n')))
    const year = await optionsOf('team-year')
    const preset = { ...year.preset, versions: { '2.1.193-286': 1 } }
    const generated = keysOf(
      (await bytesOf(teamParts({ ...year, preset }, plansOf({ ...year, preset })))).toString().trimEnd().split('\n'),
    )
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
  const directory = new URL('../fixtures/captures/', import.meta.url)
  const recordings = await Promise.all(
    captureNames.map((name) => readFile(new URL(`${name}.otlp.jsonl`, directory), 'utf8')),
  )
  const recorded = sizesOf(recordings.flatMap((text) => text.trimEnd().split('\n')))
  const year = await optionsOf('team-year')
  const preset = { ...year.preset, versions: { '2.1.193-286': 1 } }
  const generated = sizesOf(
    (await bytesOf(teamParts({ ...year, preset }, plansOf({ ...year, preset })))).toString().trimEnd().split('\n'),
  )
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
