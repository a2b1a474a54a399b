import { expect, test } from 'vitest'
import type { OtlpRequest } from '../../core/otlp/otlp.ts'
import { otlpRequest } from '../../core/otlp/request.ts'
import { expectedOf, nothingPlanted } from '../../generators/expected.ts'
import { plansOf } from '../../generators/team/parts.ts'
import { readPreset } from '../../generators/team/preset.ts'
import { teamPlayer } from '../../generators/team/team-session.ts'
import { eventsOf } from '../judge/catalogue/events.ts'
import type { Block, Holding } from './block.ts'
import { sessionBlocks } from './blocks.ts'
import { BlockCopies } from './copies.ts'
import { repeated } from './repeat.ts'

const preset = await readPreset('team-week')
const options = { preset: { ...preset, sessions: { ...preset.sessions, most: 6 } }, seed: 7 }
const sessions = plansOf({ ...options, startMs: Date.UTC(2026, 0, 5) }).map(teamPlayer(options))
const blocks = [...sessionBlocks(sessions, { holdings: ['requests', 'events', 'metrics'], sent: true })]
const DAYS = 35

const linesIn = ({ lines }: Block, holding: Holding): unknown[] =>
  String(Buffer.from(lines[holding]?.bytes ?? []))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

/** What the oracle reads of the rows and requests of a block: each must be the same. */
function readings(block: Block) {
  const { logs, points } = block.sent ?? { logs: [], points: [] }
  const short = (map: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(map).filter(([key, text]) => text.length <= 100 || key === 'error'))
  const time = (ns: bigint | string) => new Date(Number(BigInt(ns) / 1_000_000n)).toISOString()
  const rows = (linesIn(block, 'events') as Record<string, never>[]).map((row) => ({
    time: `${String(row.timestamp).slice(0, 23).replace(' ', 'T')}Z`,
    attributes: short(row.attributes ?? {}),
    session: row.session_id ?? null,
    request: row.request_id ?? null,
  }))
  const requests = linesIn(block, 'requests').flatMap((line) =>
    expectedOf(otlpRequest(line, 'line') as OtlpRequest, nothingPlanted),
  )
  const sent = logs.map(({ timeNs, attributes, resource }) => ({
    time: time(timeNs),
    attributes: short(attributes),
    session: attributes['session.id'] ?? resource['session.id'] ?? null,
    request: attributes.request_id ?? null,
  }))
  return {
    rows,
    sent,
    requests: requests
      .filter(({ signal }) => signal === 'logs')
      .map(({ timeUnixNano, attributes }) => ({
        time: time(timeUnixNano),
        attributes: short(attributes as Record<string, string>),
      })),
    points: points.map(({ timeNs, startNs }) => [time(startNs), time(timeNs)]),
    pointRows: (linesIn(block, 'metrics') as Record<string, string>[]).map((row) =>
      [row.start_timestamp, row.timestamp].map((text) => `${text?.slice(0, 23).replace(' ', 'T')}Z`),
    ),
  }
}

test.each([0, 1, 77])('rows, requests and what the oracle reads of them agree, also in copy %i', (round) => {
  for (const original of blocks) {
    const block = round === 0 ? original : new BlockCopies(original).copy({ round, shiftDays: round * DAYS }, true)
    const { rows, sent, requests, points, pointRows } = readings(block)
    expect(rows).toEqual(sent)
    expect(requests).toEqual(sent.map(({ time, attributes }) => ({ time, attributes })))
    expect(pointRows).toEqual(points)
  }
})

test('a copy has no session, request or time of the original or of another copy', () => {
  const copies = [0, 1, 2].flatMap((round) =>
    blocks.map((block) =>
      round === 0 ? block : new BlockCopies(block).copy({ round, shiftDays: round * DAYS }, true),
    ),
  )
  const logs = copies.flatMap(({ sent }) => sent?.logs ?? [])
  const once = blocks.flatMap(({ sent }) => sent?.logs ?? [])
  const distinct = (of: typeof logs, key: string) => new Set(of.flatMap(({ attributes }) => attributes[key] ?? [])).size
  for (const key of ['session.id', 'request_id', 'prompt.id', 'tool_use_id'])
    expect([key, distinct(logs, key)]).toEqual([key, 3 * distinct(once, key)])
  expect(eventsOf({ logs })).toHaveLength(3 * eventsOf({ logs: once }).length)
  expect(logs[0]?.timeNs).toBe((logs[once.length]?.timeNs ?? 0n) - BigInt(DAYS) * 86_400_000_000_000n)
})

test('it is repeated until there are as many as wanted, and no more than a session beyond', async () => {
  const records = (all: readonly Block[]) => all.reduce((sum, { counts }) => sum + counts.logRecords, 0)
  for (const logRecords of [1, records(blocks), 3 * records(blocks) + 5]) {
    const all: Block[] = []
    for await (const block of repeated(blocks, { logRecords, days: DAYS, mostSent: 100 })) all.push(block)
    expect(records(all)).toBeGreaterThanOrEqual(logRecords)
    expect(records(all.slice(0, -1))).toBeLessThan(logRecords)
    expect(all.slice(blocks.length).some(({ sent }) => sent !== undefined)).toBe(false)
  }
})
