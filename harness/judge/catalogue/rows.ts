// Rows as the oracle of the query catalogue expects them: cells that say how exactly they are to be compared, and their order.
import { microsOf } from './values.ts'

export type Cell =
  | null
  | string
  | boolean
  | number
  | bigint
  | readonly string[]
  /** Dollars that are shown rounded to a millionth. */
  | { readonly usd: number; readonly tolerance: number }
  /** Percent of what is no whole number, shown rounded to one decimal. */
  | { readonly percent: number }
  | { readonly timeNs: bigint }
  /** Shown in whole milliseconds; of a fraction it is not said which. */
  | { readonly lengthNs: bigint }

export type Row = Readonly<Record<string, Cell>>

/** A row, and by what it is ordered: upwards, null last. */
export interface Ranked {
  readonly rank: readonly (bigint | number | string | null)[]
  readonly row: Row
}

/** Half of what is shown: how a half is rounded is not said. */
const USD_TOLERANCE = 5.1e-7

export function inOrder(rows: readonly Ranked[], limit = rows.length): Row[] {
  return rows
    .toSorted((a, b) => compareRanks(a.rank, b.rank))
    .slice(0, limit)
    .map(({ row }) => row)
}

function compareRanks(a: Ranked['rank'], b: Ranked['rank']): number {
  for (const [index, one] of a.entries()) {
    const other = b[index] ?? null
    if (one === other) continue
    if (one === null) return 1
    if (other === null) return -1
    return one < other ? -1 : 1
  }
  return 0
}

/** Money from billionths. @param per what it is divided by */
export function usd(nanos: bigint, per = 1): Cell {
  const exact = per === 1 ? Number(microsOf(nanos)) / 1e6 : Number(nanos) / 1e9 / per
  return usdCell(exact)
}

/** Dollars that are rounded only when they are shown. */
export function usdCell(dollars: number): Cell {
  return { usd: dollars, tolerance: USD_TOLERANCE + Math.abs(dollars) * 1e-12 }
}

/** Of whole numbers exactly: half to even. */
export function percent(part: bigint | number, whole: bigint | number): Cell {
  const sign = whole < 0 ? -1n : 1n
  const [above, below] = [sign * BigInt(part) * 1000n, sign * BigInt(whole)]
  if (below === 0n) return null
  const rest = (above % below) * 2n
  const up = rest > below || (rest === below && (above / below) % 2n === 1n)
  return Number(above / below + (up ? 1n : 0n)) / 10
}

/** Rows by a key that may be null. */
export function groups<T>(items: readonly T[], keyOf: (item: T) => string | null): [string | null, T[]][] {
  return [...Map.groupBy(items, keyOf)]
}
