// Rows of a query as people and programs read them: a table for the terminal, JSON, CSV, Markdown.
import Table from 'cli-table3'
import { stringify } from 'csv-stringify/sync'
import { markdownTable } from 'markdown-table'
import stringWidth from 'string-width'
import { type People, personOf } from './people.ts'
import { localTime } from './window.ts'

export type Row = Readonly<Record<string, unknown>>
export const formats = ['table', 'json', 'csv', 'markdown'] as const
export type Format = (typeof formats)[number]

export interface Showing {
  readonly format: Format
  /** Columns of the terminal. */
  readonly width: number
  readonly people: People
  readonly tz: string
  /** The column whose numbers are drawn as bars, where there is room for them. */
  readonly bars?: string
}

const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?$/
const BAR = 24
const LEAST_BAR = 6
/** No column is cut to less. */
const NARROWEST = 6
const BETWEEN = 2

/** The text of all rows, without a line break at its end. Programs get every digit; people get what they can read. */
export function show(rows: readonly Row[], showing: Showing): string {
  const named = rows.map((row) => withNames(row, showing))
  if (showing.format === 'json') return JSON.stringify(named, null, 2)
  if (showing.format === 'csv')
    return stringify(
      named.map((row) => mapValues(row, plain)),
      { header: true },
    ).trimEnd()
  const columns = Object.keys(named[0] ?? {})
  const cells = named.map((row) => columns.map((column) => cell(column, row[column], showing)))
  const right = columns.map(
    (column) =>
      named.some((row) => typeof row[column] === 'number') &&
      named.every((row) => row[column] === null || typeof row[column] === 'number'),
  )
  if (showing.format === 'markdown')
    return markdownTable([columns, ...cells.map((row) => row.map((text) => text.replaceAll('|', '\\|')))], {
      align: right.map((isRight) => (isRight ? 'r' : 'l')),
      stringLength: stringWidth,
    })
  return terminalTable(columns, cells, right, barsOf(named, showing), showing.width)
}

function withNames(row: Row, { people, format }: Showing): Row {
  if (typeof row.user_id !== 'string') return row
  const isExact = format === 'json' || format === 'csv'
  const name = personOf(row.user_id, people)
  return isExact && [...people.values()].every((known) => known !== name) ? row : { ...row, user_id: name }
}

function mapValues(row: Row, change: (value: unknown) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, change(value)]))
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function cell(column: string, value: unknown, { tz }: Showing): string {
  if (value === null || value === undefined)
    return /_id$|^(?:model|git_branch|tool_name|language|error_type)$/.test(column) ? '(none)' : '-'
  if (typeof value === 'number') return number(column, value)
  if (Array.isArray(value)) return value.map(plain).join(', ')
  if (typeof value === 'object') return JSON.stringify(value)
  const text = String(value)
  const time = TIME.exec(text)
  if (time) return localTime(Date.parse(`${time[1]}T${time[2]}${(time[3] ?? '').slice(0, 4)}Z`), tz)
  // What a program has sent must not move the cursor.
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '·')
}

function number(column: string, value: number): string {
  const isMoney = /(?:^|_)usd(?:_|$)/.test(column)
  const digits = isMoney && Math.abs(value) >= 0.01 ? 2 : isMoney ? 4 : 3
  const text = Math.abs(value).toLocaleString('en-US', {
    minimumFractionDigits: isMoney && value !== 0 ? digits : 0,
    maximumFractionDigits: digits,
  })
  const unit = column.endsWith('_percent') ? ' %' : ''
  return `${value < 0 ? '-' : ''}${isMoney ? '$' : ''}${text}${unit}`
}

function barsOf(rows: readonly Row[], { bars }: Showing): number[] | undefined {
  if (bars === undefined) return undefined
  const values = rows.map((row) => (typeof row[bars] === 'number' ? Math.max(0, row[bars]) : 0))
  const most = Math.max(...values)
  return most > 0 ? values.map((value) => value / most) : undefined
}

function terminalTable(
  columns: readonly string[],
  cells: readonly (readonly string[])[],
  right: readonly boolean[],
  bars: readonly number[] | undefined,
  width: number,
): string {
  const wanted = columns.map((column, index) =>
    Math.max(stringWidth(column), ...cells.map((row) => stringWidth(row[index] ?? ''))),
  )
  const gaps = BETWEEN * (columns.length - 1)
  if (columns.length * (NARROWEST + BETWEEN) > width && columns.length > 1) return records(columns, cells, width)
  const widths = fitted(wanted, right, width - gaps)
  if (widths === undefined) return records(columns, cells, width)
  const room = Math.min(BAR, width - gaps - BETWEEN - widths.reduce((sum, each) => sum + each, 0))
  const drawn = bars && room >= LEAST_BAR ? bars.map((share) => '█'.repeat(Math.round(share * room))) : undefined
  const table = new Table({
    head: [...columns, ...(drawn ? [''] : [])],
    colAligns: [
      ...right.map((isRight): 'right' | 'left' => (isRight ? 'right' : 'left')),
      ...(drawn ? ['left' as const] : []),
    ],
    // The library counts a cell's padding as its own.
    colWidths: [...widths.map((each) => each + BETWEEN), ...(drawn ? [room + BETWEEN] : [])],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': BETWEEN },
    chars: Object.fromEntries(EDGES.map((edge) => [edge, ''])),
  })
  table.push(...cells.map((row, index) => [...row, ...(drawn ? [drawn[index] ?? ''] : [])]))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

const EDGES = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
  'middle',
] as const

/** Texts are cut, the widest first; numbers never: a number without its end is another number. */
function fitted(wanted: readonly number[], right: readonly boolean[], room: number): number[] | undefined {
  const widths = [...wanted]
  let over = widths.reduce((sum, each) => sum + each, 0) - room
  while (over > 0) {
    const widest = widths.reduce(
      (best, each, index) =>
        !right[index] && each > NARROWEST && (best < 0 || each > (widths[best] ?? 0)) ? index : best,
      -1,
    )
    if (widest < 0) return undefined
    widths[widest] = (widths[widest] ?? 0) - 1
    over -= 1
  }
  return widths
}

/** One line a value, for what is wider than the terminal. */
function records(columns: readonly string[], cells: readonly (readonly string[])[], width: number): string {
  const names = Math.max(...columns.map((column) => stringWidth(column)))
  return cells
    .map((row) => columns.map((column, index) => cut(`${column.padEnd(names)}  ${row[index] ?? ''}`, width)).join('\n'))
    .join('\n\n')
}

function cut(text: string, width: number): string {
  return stringWidth(text) <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`
}
