import fc from 'fast-check'
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

const kinds = fc.constantFrom('accepted' as const, 'refused' as const, 'indeterminate' as const)
const notes = fc.array(fc.tuple(fc.nat(300), kinds), { maxLength: 60 })

test('what was written down now and then is the same ledger again, in whatever order answers come', () => {
  fc.assert(
    fc.property(fc.array(notes, { maxLength: 6 }), (rounds) => {
      const noted = new BulkLedger(stencils, 'salt')
      let file = new Uint8Array()
      for (const round of rounds) {
        for (const [number, kind] of round) noted.note(number, kind)
        const { from, bytes } = noted.changes()
        const grown = new Uint8Array(Math.max(file.length, from + bytes.length))
        grown.set(file)
        grown.set(bytes, from)
        file = grown
      }
      const again = new BulkLedger(stencils, 'salt')
      again.restore(file)
      expect(again.requests).toBe(noted.requests)
      for (let number = 0; number < noted.requests; number += 1)
        expect(again.answerOf(number)).toBe(noted.answerOf(number))
      expect(again.changes().bytes).toHaveLength(0)
    }),
  )
})

test('of a load that was killed every request without an answer has none for sure, and the others keep theirs', () => {
  const killed = new BulkLedger(stencils, 'salt')
  for (const number of [0, 1, 4, 7]) killed.note(number, 'accepted')
  expect(killed.unsettle(2)).toBe(4)
  expect(Array.from({ length: 8 }, (_, number) => killed.answerOf(number))).toEqual([
    'accepted',
    'accepted',
    ...Array(2).fill('indeterminate'),
    'accepted',
    ...Array(2).fill('indeterminate'),
    'accepted',
  ])
})

test('judged in parts it is the same as judged at once', () => {
  const rows = [...rowsOf(0, 3), { session: 'nobody', ...ledger.sumsOf(1) }]
  for (const size of [1, 2, 3, 5]) {
    let stored = 0
    let lost = 0
    for (let from = 0; from < ledger.requests; from += size) {
      const part = ledger.part(from, from + size)
      const own = Array.from({ length: part.requests }, (_, number) => part.sessionOf(number))
      const isLast = from + size >= ledger.requests
      const found = judgeBulk(
        part,
        rows.filter(({ session }) => own.includes(session) || (isLast && session === 'nobody')),
      )
      stored += found.stored
      lost += found.lost
    }
    const whole = judged(rows)
    expect({ stored, lost }).toEqual({ stored: whole.stored, lost: whole.lost })
  }
})
