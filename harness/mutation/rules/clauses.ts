// Rules about clauses: conditions, keys, order, limits, joins, unions, and what shows each record once.

import type { Span, Sql } from '../sql/sql.ts'
import { isConnector } from './operators.ts'
import { type Change, instead, type Rule, swapped, without, withoutItem } from './rule.ts'

/** What stands left and right of each AND and OR, and goes with it. */
function operands(sql: Sql): Change[] {
  const ends = (index: number) =>
    isConnector(sql, index) || sql.isClause(index) || [',', '->', ';'].includes(sql.at(index))
  return [...sql.tokens.keys()]
    .filter((index) => isConnector(sql, index))
    .flatMap((index) => {
      const right = without({ from: index, to: sql.forward(index + 1, ends) })
      const start = sql.backward(index, ends)
      // What stands between two of them goes with the one before it.
      return isConnector(sql, start - 1) ? [right] : [without({ from: start, to: index + 1 }), right]
    })
}

/** The items behind these two words (`ORDER BY`), as far as the clause goes. */
function lists(
  sql: Sql,
  word: string,
): { readonly at: number; readonly items: readonly Span[]; readonly to: number }[] {
  const ends = (index: number) =>
    sql.is(index, 'LIMIT', 'ROWS', 'RANGE', 'HAVING', 'ORDER', 'SETTINGS', 'UNION', 'WINDOW', 'WITH') ||
    sql.at(index) === ';'
  return sql
    .words(word)
    .filter((index) => sql.is(index + 1, 'BY'))
    .map((at) => {
      const items = sql.list(at + 2, ends)
      return { at, items, to: items.at(-1)?.to ?? at + 2 }
    })
}

/** Each item of the list goes; the last one takes the clause with it. */
const fewer = (sql: Sql, word: string): Change[] =>
  lists(sql, word).flatMap(({ at, items, to }) =>
    items.length === 1 ? [without({ from: at, to })] : items.flatMap((_, index) => withoutItem(items, index)),
  )

function directions(sql: Sql): Change[] {
  return lists(sql, 'ORDER').flatMap(({ items }) =>
    items.map(({ from, to }) => {
      const at = sql.forward(from, (index) => index >= to || sql.is(index, 'DESC', 'ASC', 'NULLS'))
      if (at < to && sql.is(at, 'DESC', 'ASC')) return instead(at, sql.is(at, 'DESC') ? 'ASC' : 'DESC')
      return { from: at, to: at, text: 'DESC' }
    }),
  )
}

/** Either side of a UNION alone. */
function sides(sql: Sql): Change[] {
  return sql.words('UNION').flatMap((index) => {
    const isOther = (at: number) => sql.is(at, 'UNION') || sql.at(at) === ';'
    const start = sql.backward(index, isOther)
    const first = sql.forward(sql.is(start - 1, 'UNION') ? start + 1 : start, (at) => sql.is(at, 'SELECT'))
    return [without({ from: first, to: index + 2 }), without({ from: index, to: sql.forward(index + 1, isOther) })]
  })
}

const JOINS: Readonly<Record<string, string>> = { CROSS: 'PASTE', INNER: 'LEFT', LEFT: 'INNER' }

export const clauses: readonly Rule[] = [
  { name: 'condition', what: 'one of several conditions left out', changes: operands },
  {
    name: 'filter',
    what: 'WHERE or HAVING with a single condition left out',
    changes: (sql) =>
      sql.words('WHERE', 'HAVING').flatMap((index) => {
        const ends = (at: number) =>
          isConnector(sql, at) || (sql.isClause(at) && !sql.is(at, 'INTERVAL')) || sql.at(at) === ';'
        const to = sql.forward(index + 1, ends)
        return isConnector(sql, to) ? [] : [without({ from: index, to })]
      }),
  },
  {
    name: 'limit',
    what: 'LIMIT left out, or one more',
    changes: (sql) =>
      sql
        .words('LIMIT')
        .flatMap((index) => [without({ from: index, to: index + 2 }), { from: index + 2, to: index + 2, text: '+ 1' }]),
  },
  { name: 'direction', what: 'the other direction of an order', changes: directions },
  { name: 'order-key', what: 'a key of an order left out', changes: (sql) => fewer(sql, 'ORDER') },
  {
    name: 'order-swap',
    what: 'two keys of an order change places',
    changes: (sql) =>
      lists(sql, 'ORDER').flatMap(({ items }) =>
        items.slice(1).flatMap((item, index) => swapped(sql, items[index], item)),
      ),
  },
  {
    name: 'nulls',
    what: 'NULL first',
    changes: (sql) =>
      sql.words('NULLS').map((index) => instead(index + 1, sql.is(index + 1, 'LAST') ? 'FIRST' : 'LAST')),
  },
  { name: 'group-key', what: 'a key of a group left out', changes: (sql) => fewer(sql, 'GROUP') },
  { name: 'partition-key', what: 'a key of a window left out', changes: (sql) => fewer(sql, 'PARTITION') },
  {
    name: 'frame',
    what: 'RANGE for ROWS',
    changes: (sql) => sql.words('ROWS').map((index) => instead(index, 'RANGE')),
  },
  { name: 'union-side', what: 'one side of a UNION left out', changes: sides },
  {
    name: 'union-distinct',
    what: 'a UNION that drops what is equal',
    changes: (sql) =>
      sql
        .words('UNION')
        .filter((index) => sql.is(index + 1, 'ALL'))
        .map((index) => instead(index + 1, 'DISTINCT')),
  },
  {
    name: 'join',
    what: 'another kind of join',
    changes: (sql) =>
      sql.words('JOIN').flatMap((index) => {
        const other = JOINS[sql.at(index - 1).toUpperCase()]
        return other === undefined ? [] : [instead(index - 1, other)]
      }),
  },
  {
    name: 'dedup',
    what: 'FINAL or DISTINCT left out',
    changes: (sql) => sql.words('FINAL', 'DISTINCT').map((index) => without({ from: index, to: index + 1 })),
  },
]
