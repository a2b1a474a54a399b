// Rows of a query as people and programs read them: a table for the terminal, JSON, CSV, Markdown.
import { stringify } from 'csv-stringify/sync'
import { markdownTable } from 'markdown-table'
import stringWidth from 'string-width'
import { stringifyExactly } from './exact.ts'
import { type People, personOf } from './people.ts'
import { terminalTable } from './terminal-table.ts'
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
const COMPACT_FROM = 10_000

/** The text of all rows, without a line break at its end. Programs get every digit; people get what they can read. */
export function show(rows: readonly Row[], showing: Showing): string {
  const named = rows.map((row) => withNames(row, showing))
  if (showing.format === 'json') return stringifyExactly(named)
  if (showing.format === 'csv')
    return stringify(
      named.map((row) => mapValues(row, plain)),
      { header: true },
    ).trimEnd()
  const columns = Object.keys(named[0] ?? {})
  const cells = named.map((row) =>
    columns.map((column, index) => cell(column, row[column], { tz: showing.tz, isKey: index === 0 })),
  )
  const right = columns.map(
    (column) =>
      named.some((row) => isNumber(row[column])) && named.every((row) => row[column] === null || isNumber(row[column])),
  )
  if (showing.format === 'markdown')
    return markdownTable([columns, ...cells.map((row) => row.map((text) => text.replaceAll('|', '\\|')))], {
      align: right.map((isRight) => (isRight ? 'r' : 'l')),
      stringLength: stringWidth,
    })
  const compact = named.map((row) =>
    columns.map((column, index) => cell(column, row[column], { tz: showing.tz, isKey: index === 0, isCompact: true })),
  )
  return terminalTable({ columns, cells, compact, right, bars: barsOf(named, showing), width: showing.width })
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
  if (typeof value === 'object') return stringifyExactly(value, 0)
  // A spreadsheet would take it for a formula; numbers are none.
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
}

interface CellStyle {
  readonly tz: string
  readonly isKey: boolean
  readonly isCompact?: boolean
}

function cell(column: string, value: unknown, { tz, isKey, isCompact = false }: CellStyle): string {
  if (value === null || value === undefined) return isKey ? '(none)' : '-'
  if (isNumber(value))
    return isCompact && Math.abs(Number(value)) >= COMPACT_FROM ? compactly(column, value) : number(column, value)
  if (Array.isArray(value)) return value.map(plain).join(', ')
  if (typeof value === 'object') return stringifyExactly(value, 0)
  const text = String(value)
  const time = TIME.exec(text)
  // Without the year where there is little room.
  if (time)
    return localTime(Date.parse(`${time[1]}T${time[2]}${(time[3] ?? '').slice(0, 4)}Z`), tz).slice(isCompact ? 5 : 0)
  // What a program has sent must not move the cursor.
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '·')
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function number(column: string, value: number | bigint): string {
  const isMoney = /(?:^|_)usd(?:_|$)/.test(column)
  const size = value < 0 ? -value : value
  const digits = isMoney && size >= 0.01 ? 2 : isMoney ? 4 : 3
  const text = withDigits(isMoney && value !== 0 ? digits : 0, digits).format(size)
  const unit = column.endsWith('_percent') ? ' %' : ''
  return `${value < 0 ? '-' : ''}${isMoney ? '$' : ''}${text}${unit}`
}

/** Made once: making one takes longer than a thousand numbers. */
const formatters = new Map<string, Intl.NumberFormat>()
const COMPACT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })

function withDigits(minimumFractionDigits: number, maximumFractionDigits: number): Intl.NumberFormat {
  const key = `${minimumFractionDigits} ${maximumFractionDigits}`
  const known = formatters.get(key)
  if (known) return known
  const made = new Intl.NumberFormat('en-US', { minimumFractionDigits, maximumFractionDigits })
  formatters.set(key, made)
  return made
}

function compactly(column: string, value: number | bigint): string {
  const text = COMPACT.format(value < 0 ? -value : value)
  return `${value < 0 ? '-' : ''}${column.includes('usd') ? '$' : ''}${text}`
}

function barsOf(rows: readonly Row[], { bars }: Showing): number[] | undefined {
  if (bars === undefined) return undefined
  const values = rows.map((row) => (typeof row[bars] === 'number' ? Math.max(0, row[bars]) : 0))
  const most = values.reduce((all, value) => Math.max(all, value), 0)
  return most > 0 ? values.map((value) => value / most) : undefined
}
