// How rows are shown: nothing wider than the terminal, no number cut, the same values in every format.
import fc from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { personOf } from './people.ts'
import { type Row, type Showing, show } from './show.ts'

const people = new Map([['9b4fe5c1', 'Ada']])
const showing = (format: Showing['format'], width = 200): Showing => ({ format, width, people, tz: 'Europe/Berlin' })
const ROWS: readonly Row[] = [
  {
    user_id: `9b4fe5c1${'0'.repeat(56)}`,
    cost_usd: 1234.5,
    requests: 12345,
    share_percent: 7.5,
    last_seen: '2026-11-20 23:30:00.123000000',
  },
  { user_id: null, cost_usd: 0.0012, requests: 0, share_percent: null, last_seen: '2026-11-20 10:00:00.000' },
]

test('a table: names for people, money with its unit, times of the zone, nothing for what is missing', () => {
  expect(show(ROWS, showing('table')).split('\n')).toEqual([
    'user_id   cost_usd  requests  share_percent  last_seen',
    'Ada      $1,234.50    12,345          7.5 %  2026-11-21 00:30:00',
    '(none)     $0.0012         0              -  2026-11-20 11:00:00',
  ])
})

test('JSON and CSV keep every digit', () => {
  const [ada, none] = ROWS
  expect(JSON.parse(show(ROWS, showing('json')))).toEqual([{ ...ada, user_id: 'Ada' }, none])
  expect(show(ROWS, showing('csv')).split('\n')).toEqual([
    'user_id,cost_usd,requests,share_percent,last_seen',
    'Ada,1234.5,12345,7.5,2026-11-20 23:30:00.123000000',
    ',0.0012,0,,2026-11-20 10:00:00.000',
  ])
})

test('Markdown aligns numbers to the right, and a bar in a text is no column', () => {
  expect(show([{ model: 'a|b', requests: 1 }], showing('markdown')).split('\n')).toEqual([
    '| model | requests |',
    '| :---- | -------: |',
    '| a\\|b  |        1 |',
  ])
})

test('an unknown person is the beginning of a hash, and what is no hash stays', () => {
  expect(personOf(`sha256:${'ab'.repeat(32)}`, people)).toBe('abababab')
  expect(personOf('ops-team', people)).toBe('ops-team')
  expect(personOf(`sha256:9b4fe5c1${'0'.repeat(56)}`, people)).toBe('Ada')
})

test('a table of any number of rows is shown', () => {
  const many = Array.from({ length: 150_000 }, (_, at) => ({ day: String(at), cost_usd: 1 }))
  expect(show(many, { ...showing('table', 80), bars: 'cost_usd' }).split('\n')).toHaveLength(many.length + 1)
})

test('an id is whole where it has room on a line of its own', () => {
  const session_id = '0b5a7d1e-6a51-4a3e-9d0a-3f1f5a2c7e11'
  const row = { session_id, cost_usd: 1, requests: 1, input_tokens: 1, output_tokens: 1, cache_read_tokens: 1 }
  expect(show([row], showing('table', 40))).toContain(session_id)
})

const value = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.double({ noNaN: true, min: -1e12, max: 1e12 }),
  fc.constant(null),
  fc.array(fc.string(), { maxLength: 3 }),
)
const names = [
  'session_id',
  'model',
  'cost_usd',
  'requests',
  'cache_creation_tokens',
  'note',
  'last_seen',
  'x',
] as const
const rows = fc.integer({ min: 1, max: names.length }).chain((count) => {
  const columns = names.slice(0, count)
  return fc.array(fc.record(Object.fromEntries(columns.map((name) => [name, value]))), { minLength: 1, maxLength: 5 })
})

test('no line is wider than the terminal, and none of what was sent moves the cursor', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 40, max: 240 }), (table, width) => {
      const text = show(table, { ...showing('table', width), people: new Map() })
      for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width)
      expect(text).not.toMatch(/[^\n\P{Cc}]/u)
    }),
  )
})

test('CSV has every row and JSON gives the same back', () => {
  fc.assert(
    fc.property(rows, (table) => {
      expect(JSON.parse(show(table, { ...showing('json'), people: new Map() }))).toEqual(
        JSON.parse(JSON.stringify(table)),
      )
    }),
  )
})
