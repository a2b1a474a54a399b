// Rules about operators: comparisons and their bounds, arithmetic, what connects conditions, and what asks for NULL.

import type { Sql } from '../sql/sql.ts'
import { instead, type Rule, without } from './rule.ts'

const symbols =
  (other: Readonly<Record<string, string>>, fits: (sql: Sql, index: number) => boolean = () => true): Rule['changes'] =>
  (sql) =>
    sql.tokens.flatMap(({ kind, text }, index) => {
      const replaced = kind === 'symbol' ? other[text] : undefined
      return replaced !== undefined && fits(sql, index) ? [instead(index, replaced)] : []
    })

/** Something that has a value ends, or begins, there. */
const isOperandEnd = (sql: Sql, index: number) =>
  [')', ']'].includes(sql.at(index)) ||
  (['word', 'number', 'string', 'parameter'].includes(sql.kind(index) ?? '') && !sql.isClause(index))
const isOperandBegin = (sql: Sql, index: number) =>
  ['(', '['].includes(sql.at(index)) || ['word', 'number', 'string', 'parameter'].includes(sql.kind(index) ?? '')

/** The AND of BETWEEN connects no conditions, nor does the OR of CREATE OR REPLACE. */
export function isConnector(sql: Sql, index: number): boolean {
  if (!sql.is(index, 'AND', 'OR') || sql.is(index - 1, 'CREATE')) return false
  const start = sql.backward(
    index,
    (before) => sql.is(before, 'AND', 'OR', 'BETWEEN', 'WHERE') || sql.at(before) === ',',
  )
  return !sql.is(start - 1, 'BETWEEN')
}

export const operators: readonly Rule[] = [
  {
    name: 'bound',
    what: 'a bound is part of what it bounds, or no longer',
    changes: symbols({ '<': '<=', '<=': '<', '>': '>=', '>=': '>' }),
  },
  {
    name: 'compare',
    what: 'a comparison is turned round',
    changes: symbols({ '=': '!=', '!=': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<' }),
  },
  {
    name: 'arithmetic',
    what: 'another operation',
    changes: symbols(
      { '+': '-', '-': '+', '*': '/', '/': '*', '%': '*' },
      (sql, index) => isOperandEnd(sql, index - 1) && isOperandBegin(sql, index + 1),
    ),
  },
  {
    name: 'logic',
    what: 'OR for AND, AND for OR',
    changes: (sql) =>
      sql
        .words('AND', 'OR')
        .filter((index) => isConnector(sql, index))
        .map((index) => instead(index, sql.is(index, 'AND') ? 'OR' : 'AND')),
  },
  {
    name: 'not',
    what: 'NOT left out; IN for NOT IN',
    changes: (sql) =>
      sql
        .words('NOT')
        .filter((index) => !sql.is(index - 1, 'IS', 'IF'))
        .map((index) => without({ from: index, to: index + 1 })),
  },
  {
    name: 'is-null',
    what: 'IS NOT NULL for IS NULL, and the other way round',
    changes: (sql) =>
      sql
        .words('IS')
        .map((index) =>
          sql.is(index + 1, 'NOT') ? without({ from: index + 1, to: index + 2 }) : instead(index, 'IS NOT'),
        ),
  },
]
