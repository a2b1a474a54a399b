// Rules about what is written out: numbers, texts, types of parameters, members of lists, columns.

import type { Sql } from '../sql/sql.ts'
import { type Change, instead, type Rule, withoutItem } from './rule.ts'

/** One more or less in the last digit. */
function stepped(text: string, step: 1 | -1): string | undefined {
  const [, whole = '', point = '', fraction = ''] = /^(\d+)(\.?)(\d*)$/.exec(text) ?? []
  if (whole === '') return undefined
  const digits = BigInt(whole + fraction) + BigInt(step)
  if (digits < 0n) return undefined
  const padded = String(digits).padStart(fraction.length + 1, '0')
  const cut = padded.length - fraction.length
  return `${padded.slice(0, cut)}${point}${padded.slice(cut)}`
}

const numbers =
  (step: 1 | -1): Rule['changes'] =>
  (sql) =>
    sql.tokens.flatMap(({ kind, text }, index) => {
      const other = kind === 'number' ? stepped(text, step) : undefined
      return other === undefined ? [] : [instead(index, other)]
    })

const ZONE = /^'UTC'$/
const DAY = /^'(\d{4}-\d\d-\d)(\d)'$/

function otherText(text: string): string {
  if (text === "''") return "'u'"
  if (ZONE.test(text)) return "'Asia/Kolkata'"
  if (text === "'Int64'") return "'Int32'"
  const [, day, digit] = DAY.exec(text) ?? []
  return day === undefined ? `${text.slice(0, -1)}_'` : `'${day}${Number(digit) + 1}'`
}

function otherType(text: string): readonly string[] {
  if (text.includes(':Float64')) return [text.replace(':Float64', ':Float32')]
  return text.includes(':DateTime64(3') ? [text.replace('(3', '(0'), text.replace("'UTC'", "'Asia/Kolkata'")] : []
}

/** Columns that are named with their table: each by the one that was named before it, the first by the last. */
function columns(sql: Sql): Change[] {
  const places = [...sql.tokens.keys()].filter(
    (index) =>
      sql.kind(index) === 'word' &&
      sql.at(index - 1) === '.' &&
      /^[a-z]$/.test(sql.at(index - 2)) &&
      sql.at(index + 1) !== '(',
  )
  const names = [...new Set(places.map((index) => `${sql.at(index - 2)}.${sql.at(index)}`))]
  return places.flatMap((index) => {
    const table = sql.at(index - 2)
    const own = names.filter((name) => name.startsWith(`${table}.`))
    const before = own.at(own.indexOf(`${table}.${sql.at(index)}`) - 1) ?? ''
    const name = before.slice(table.length + 1)
    return name === sql.at(index) ? [] : [instead(index, name)]
  })
}

const UNITS: Readonly<Record<string, string>> = { DAY: 'HOUR', MILLISECOND: 'SECOND' }

export const values: readonly Rule[] = [
  { name: 'number-up', what: 'a number, one more in its last digit', changes: numbers(1) },
  { name: 'number-down', what: 'a number, one less in its last digit', changes: numbers(-1) },
  {
    name: 'text',
    what: 'another text, time zone, day or type',
    changes: (sql) =>
      sql.tokens.flatMap(({ kind, text }, index) => (kind === 'string' ? [instead(index, otherText(text))] : [])),
  },
  {
    name: 'parameter',
    what: 'a parameter of a type that holds less, or in another time zone',
    changes: (sql) =>
      sql.tokens.flatMap(({ kind, text }, index) =>
        kind === 'parameter' ? otherType(text).map((other) => instead(index, other)) : [],
      ),
  },
  {
    name: 'member',
    what: 'a member of a list left out',
    changes: (sql) =>
      sql.words('IN').flatMap((index) => {
        const items = sql.items(index + 1)
        return sql.is(index + 2, 'SELECT') ? [] : items.flatMap((_, at) => withoutItem(items, at))
      }),
  },
  {
    name: 'truth',
    what: 'false for true, true for false',
    changes: (sql) =>
      sql.words('TRUE', 'FALSE').map((index) => instead(index, sql.is(index, 'TRUE') ? 'false' : 'true')),
  },
  {
    name: 'null',
    what: '0 for NULL',
    changes: (sql) =>
      sql
        .words('NULL')
        .filter((index) => !sql.is(index - 1, 'IS', 'NOT'))
        .map((index) => instead(index, '0')),
  },
  {
    name: 'interval',
    what: 'another unit of time',
    changes: (sql) =>
      sql.words('INTERVAL').flatMap((index) => {
        const other = UNITS[sql.at(index + 2).toUpperCase()]
        return other === undefined ? [] : [instead(index + 2, other)]
      }),
  },
  { name: 'column', what: 'another column of the table', changes: columns },
]
