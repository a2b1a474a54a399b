// Contents of runs: the order of rows says nothing, one changed value is found and named, and no stored text can be read.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentsOf, contentsSchema, differencesOf } from './contents.ts'
import { emptyEvidence, type HistoryPage, type StoredEvent } from './model/evidence.ts'

const event = (at: number, cost: number): StoredEvent => ({
  timeUnixNano: String(1_795_000_000_000_000_000n + BigInt(at)),
  eventType: 'api_request',
  resource: { 'service.name': 'claude-code' },
  attributes: { prompt: 'the words of a person' },
  columns: { cost_usd: cost },
})
const page = (events: readonly StoredEvent[], id = 'ingest/a'): HistoryPage => ({
  id,
  evidence: { ...emptyEvidence, events },
})
const events = fc.array(fc.tuple(fc.nat(50), fc.nat(5)), { minLength: 1, maxLength: 30 })

test('the order in which rows are read says nothing', () => {
  fc.assert(
    fc.property(events, fc.infiniteStream(fc.nat()), (made, order) => {
      const rows = made.map(([at, cost]) => event(at, cost))
      const mixed = rows.map((row) => ({ row, by: order.next().value ?? 0 })).sort((a, b) => a.by - b.by)
      const [one, other] = [contentsOf([page(rows)]), contentsOf([page(mixed.map(({ row }) => row))])]
      expect(one).toEqual(other)
      expect(differencesOf(one, other)).toEqual([])
    }),
  )
})

test('a row that one of them lacks is found from both sides, and named by the same words', () => {
  fc.assert(
    fc.property(events, fc.nat(), (made, which) => {
      const rows = made.map(([at, cost]) => event(at, cost))
      const gone = which % rows.length
      const [whole, less] = [contentsOf([page(rows)]), contentsOf([page(rows.filter((_, at) => at !== gone))])]
      const first = `api_request ${rows[gone]?.timeUnixNano}`
      expect(differencesOf(whole, less)).toEqual([{ scenario: 'ingest/a', first, onlyInFirst: true }])
      expect(differencesOf(less, whole)).toEqual([{ scenario: 'ingest/a', first, onlyInFirst: false }])
    }),
  )
})

test('a value that differs makes another row', () => {
  const [one, other] = [contentsOf([page([event(1, 1), event(2, 1)])]), contentsOf([page([event(1, 1), event(2, 3)])])]
  expect(differencesOf(one, other)).toMatchObject([{ first: 'api_request 1795000000000000002' }])
})

test('a scenario that only one of them has is no difference of contents', () => {
  expect(differencesOf(contentsOf([page([event(1, 1)])]), contentsOf([page([event(1, 1)], 'ingest/b')]))).toEqual([])
})

test('nothing that was stored can be read from them', () => {
  const text = JSON.stringify(contentsSchema.parse(contentsOf([page([event(1, 7)])])))
  expect(text).not.toMatch(/words|person|prompt|claude|cost/)
})
