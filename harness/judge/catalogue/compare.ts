// Rows that a query answered, held against the oracle's: the first difference, in words.
import type { Cell, Row } from './rows.ts'

export type Got = Readonly<Record<string, unknown>>

/** Columns of `session-trace` by which rows may be equal, so that only ids decide on their order. */
const TIED = ['timestamp', 'sequence']
const MS_NS = 1_000_000n

/** Undefined when they agree. @param query session-trace leaves the order of some rows open */
export function firstDifference(query: string, expected: readonly Row[], got: readonly Got[]): string | undefined {
  const answered = query === 'session-trace' ? likeExpected(expected, got) : got
  for (const [at, row] of expected.entries()) {
    const other = answered[at]
    if (other === undefined) return `row ${at} is missing: ${shown(row)}`
    const difference = rowDifference(row, other)
    if (difference !== undefined)
      return `row ${at}: ${difference}\n  expected ${shown(row)}\n  got      ${shown(other)}`
  }
  const more = answered[expected.length]
  return more === undefined ? undefined : `row ${expected.length} is too much: ${shown(more)}`
}

/** Rows that are tied in the order of the expected ones that they equal; position decides on offset and gap alone. */
function likeExpected(expected: readonly Row[], got: readonly Got[]): Got[] {
  const left = [...got]
  const matched = expected.flatMap((row) => {
    const at = left.findIndex((other) => rowDifference(withoutGap(row), withoutGap(other)) === undefined)
    return at < 0 ? [] : left.splice(at, 1)
  })
  if (left.length > 0 || matched.length !== expected.length) return [...got]
  // Their own order must be the contract's, and gaps those of their places.
  return matched.map((row, at) => ({ ...row, gap_ms: got[at]?.gap_ms, ...pick(got[at] ?? {}, TIED) }))
}

function withoutGap<T extends Got>(row: T): T {
  const { gap_ms: _, ...rest } = row
  return { ...rest, gap_ms: null } as unknown as T
}

function pick(row: Got, keys: readonly string[]): Got {
  return Object.fromEntries(keys.map((key) => [key, row[key]]))
}

function rowDifference(expected: Row, got: Got): string | undefined {
  const [wanted, there] = [Object.keys(expected).join(), Object.keys(got).join()]
  if (wanted !== there) return `columns ${there} instead of ${wanted}`
  const column = Object.keys(expected).find((key) => !agrees(expected[key] ?? null, got[key]))
  return column === undefined ? undefined : `${column} is ${shown(got[column])} instead of ${shown(expected[column])}`
}

function agrees(cell: Cell, got: unknown): boolean {
  if (cell === null || typeof cell === 'string' || typeof cell === 'boolean') return got === cell
  if (Array.isArray(cell)) return JSON.stringify(got) === JSON.stringify(cell)
  if (typeof cell === 'object' && 'timeNs' in cell) return typeof got === 'string' && sameTime(cell.timeNs, got)
  if (typeof got !== 'number') return false
  // Not by identity: -0 is 0.
  if (typeof cell === 'number' || typeof cell === 'bigint') return Number(cell) === got
  if ('usd' in cell) return isRounded(got, 1e6) && Math.abs(got - cell.usd) <= cell.tolerance
  if ('percent' in cell)
    return isRounded(got, 10) && Math.abs(got - cell.percent) <= 0.05 + 1e-9 + Math.abs(got) * 1e-12
  if ('lengthNs' in cell) return Number.isSafeInteger(got) && nearly(BigInt(got) * MS_NS, cell.lengthNs)
  return false
}

/** Less than a millisecond apart. */
function nearly(one: bigint, other: bigint): boolean {
  return one - other < MS_NS && other - one < MS_NS
}

/** Whether it has no more decimals than that, as far as such a number can. */
function isRounded(value: number, per: number): boolean {
  return value === Math.round(value * per) / per || Math.abs(value) > 1e9
}

/** `2025-01-02 03:04:05.678` in UTC, with as many decimals as the query shows, at least three. */
function sameTime(ns: bigint, text: string): boolean {
  const [, day, time, fraction = ''] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\.(\d{3,9})$/.exec(text) ?? []
  const unit = 10n ** BigInt(9 - fraction.length)
  const seconds = BigInt(Date.parse(`${day}T${time}Z`) || 0) / 1000n
  return day !== undefined && seconds * 1_000_000_000n + BigInt(fraction) * unit === ns - (ns % unit)
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ?? 'nothing'
}
