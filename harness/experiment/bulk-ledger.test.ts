import { beforeAll, expect, test } from 'vitest'
import type { Answer } from '../../generators/batch.ts'
import { makeRequestTemplate } from '../../generators/bulk/request-template.ts'
import { judgeBulk, type SessionSums } from '../judge/judge-bulk.ts'
import { BulkLedger } from './bulk-ledger.ts'

const EVENTS = 5
const stencils = [0, 1].map((index) =>
  makeRequestTemplate({ seed: 3, index, startMs: Date.parse('2026-01-01T00:00:00Z'), events: EVENTS }),
)
const answers: readonly Answer[] = [
  { kind: 'accepted' },
  { kind: 'refused', code: 'UNAVAILABLE', message: '' },
  { kind: 'indeterminate', message: '' },
  { kind: 'accepted' },
  { kind: 'partial', rejected: 1, message: '' },
]

const ledger = new BulkLedger(stencils, 'salt')

beforeAll(async () => {
  const queue = [...answers]
  const sender = {
    send: async () => queue.shift() ?? answers[0] ?? { kind: 'accepted' as const },
    [Symbol.asyncDispose]: async () => {},
  }
  for (const _ of answers) await ledger.offer(sender)
})

/** The rows of these requests as ClickHouse would give them. */
function rowsOf(...numbers: number[]): SessionSums[] {
  return numbers.map((number) => ({ session: ledger.templateOf(number).sessionId(number), ...ledger.sumsOf(number) }))
}

const judged = (rows: readonly SessionSums[]) => judgeBulk(ledger, rows)

function twoRows(): [SessionSums, SessionSums] {
  const [first, second] = rowsOf(0, 3)
  if (first === undefined || second === undefined) throw new Error('two requests give two rows')
  return [first, second]
}

const right = { lost: 0, duplicated: 0, corrupted: 0, unexpected: 0 }

test('what was acknowledged is there once, what has no answer may be there or not', () => {
  expect(judged(rowsOf(0, 3))).toMatchObject({ ...right, stored: 2 * EVENTS, examples: [] })
  expect(judged(rowsOf(0, 2, 3, 4))).toMatchObject({ ...right, stored: 4 * EVENTS })
  expect(judged(rowsOf(0, 3))).toMatchObject({ offered: 25, acknowledged: 10, refused: 5, indeterminate: 10 })
})

test('a missing request is lost, and part of one too', () => {
  expect(judged(rowsOf(0))).toMatchObject({ ...right, lost: EVENTS })
  const [first, second] = twoRows()
  expect(judged([first, { ...second, rows: EVENTS - 2 }])).toMatchObject({ ...right, lost: 2 })
})

test('one lost and another one duplicated do not cancel out', () => {
  const [first, second] = twoRows()
  const rows = [
    { ...first, rows: EVENTS - 1 },
    { ...second, rows: EVENTS + 1 },
  ]
  const tally = judged(rows)
  expect(tally).toMatchObject({ ...right, lost: 1, duplicated: 1 })
  expect(tally.examples).toHaveLength(2)
})

test('the right number of rows with another content is corrupted, whichever half of the hash tells', () => {
  const [first, second] = twoRows()
  expect(judged([{ ...first, low: '1' }, second])).toMatchObject({ ...right, corrupted: EVENTS })
  expect(judged([first, { ...second, high: '1' }])).toMatchObject({ ...right, corrupted: EVENTS })
})

test('what was refused, or never offered, must not be there', () => {
  expect(judged(rowsOf(0, 1, 3))).toMatchObject({ ...right, unexpected: EVENTS })
  const stranger = { session: `${stencils[0]?.sessionPrefix}ffffffffffff`, rows: 2, low: '0', high: '0' }
  expect(judged([...rowsOf(0, 3), stranger])).toMatchObject({ ...right, unexpected: 2, stored: 2 * EVENTS + 2 })
})

test('the sums of a kind of request depend on the salt of identities, and on nothing else', () => {
  const again = new BulkLedger(stencils, 'salt')
  expect(again.sumsOf(0)).toEqual(ledger.sumsOf(0))
  expect(again.sumsOf(0)).not.toEqual(ledger.sumsOf(1))
  expect(again.sumsOf(0)).toEqual(again.sumsOf(stencils.length))
})
