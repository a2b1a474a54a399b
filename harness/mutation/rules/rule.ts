// What a rule of mutation is: it finds places, and says what stands there instead. One change each.
import type { Span, Sql } from '../sql/sql.ts'

/** Other text in the place of some tokens; an empty span is a place before a token. */
export interface Change extends Span {
  readonly text: string
}

export interface Rule {
  /** Part of the ids of mutants. */
  readonly name: string
  /** What it does, for people. */
  readonly what: string
  readonly changes: (sql: Sql) => readonly Change[]
}

/** One token in the place of another. */
export function instead(index: number, text: string): Change {
  return { from: index, to: index + 1, text }
}

export function without(span: Span): Change {
  return { from: span.from, to: span.to, text: '' }
}

/** An item of a list goes, and a comma with it. */
export function withoutItem(items: readonly Span[], at: number): Change[] {
  const [item, next, before] = [items[at], items[at + 1], items[at - 1]]
  if (item === undefined) return []
  if (next !== undefined) return [{ from: item.from, to: next.from, text: '' }]
  return before === undefined ? [] : [{ from: before.to, to: item.to, text: '' }]
}

/** An item of a list and the one behind it change places. */
export function swapped(sql: Sql, one: Span | undefined, other: Span | undefined): Change[] {
  if (one === undefined || other === undefined) return []
  const between = sql.slice({ from: one.to, to: other.from })
  return [{ from: one.from, to: other.to, text: `${sql.slice(other)}${between} ${sql.slice(one)}` }]
}
