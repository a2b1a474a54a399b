// Rules about calls of functions: other functions, aggregates without their condition, branches, precedence, and calls that are left out.

import type { Sql } from '../sql/sql.ts'
import { type Change, instead, type Rule, swapped, withoutItem } from './rule.ts'

const AGGREGATES: Readonly<Record<string, string>> = {
  sum: 'max',
  sumIf: 'maxIf',
  min: 'max',
  max: 'min',
  minIf: 'maxIf',
  maxIf: 'minIf',
  quantileExact: 'quantileExactHigh',
  // What counts each only once.
  uniqExact: 'count',
  groupUniqArray: 'groupArray',
}

const FUNCTIONS: Readonly<Record<string, string>> = {
  greatest: 'least',
  least: 'greatest',
  startsWith: 'endsWith',
  lower: 'upper',
  round: 'floor',
  arraySort: 'arrayReverseSort',
  arrayExists: 'arrayAll',
  arrayAll: 'arrayExists',
  mapKeys: 'mapValues',
  mapValues: 'mapKeys',
  lagInFrame: 'leadInFrame',
  addMonths: 'addYears',
  toStartOfMonth: 'toStartOfYear',
  toStartOfDay: 'toStartOfHour',
  isFinite: 'isNaN',
  empty: 'notEmpty',
  notEmpty: 'empty',
}

/** Types that hold less, and functions that make something else of what does not fit. */
const CASTS: Readonly<Record<string, string>> = {
  toDate32: 'toDate',
  toInt64: 'toInt32',
  toFloat64: 'toFloat32',
  toInt64OrNull: 'toInt64OrZero',
  toFloat64OrNull: 'toFloat64OrZero',
  toUnixTimestamp64Nano: 'toUnixTimestamp64Micro',
  toUnixTimestamp64Milli: 'toUnixTimestamp64Micro',
  toUnixTimestamp64Micro: 'toUnixTimestamp64Milli',
}

/** Of these the first argument could stand alone. */
const WRAPPERS = [
  'ifNull',
  'nullIf',
  'assumeNotNull',
  'replaceOne',
  'replaceRegexpOne',
  'round',
  'abs',
  'lower',
  'trimBoth',
  'toString',
  'toInt64',
  'toFloat64',
  'toDate32',
  'arraySort',
  'arraySlice',
  'mapSort',
  'mapFilter',
  'toStartOfDay',
  'toStartOfMonth',
  'addMonths',
  'telemetry_valid',
  'telemetry_int',
]

/** Of these the first argument that is there wins. */
const PRECEDENCE: Readonly<Record<string, number>> = { coalesce: Number.POSITIVE_INFINITY, telemetry_either: 2 }

const renamed =
  (other: Readonly<Record<string, string>>): Rule['changes'] =>
  (sql) =>
    sql.calls(...Object.keys(other)).map(({ at }) => instead(at, other[sql.at(at)] ?? ''))

function unconditional(sql: Sql): Change[] {
  return sql.calls('sumIf', 'countIf', 'minIf', 'maxIf', 'uniqExactIf').map(({ at, to, args }) => {
    const name = sql.at(at).slice(0, -2)
    return {
      from: at,
      to,
      text: `${name}(${args
        .slice(0, -1)
        .map((arg) => sql.slice(arg))
        .join(', ')})`,
    }
  })
}

/** Of a condition with two results either one alone; of many each pair left out, and two results in each other's place. */
function branches(sql: Sql): Change[] {
  const either = sql
    .calls('if')
    .flatMap(({ at, to, args }) => args.slice(1).map((arg) => ({ from: at, to, text: sql.slice(arg) })))
  const many = sql.calls('multiIf').flatMap(({ args }) =>
    args.flatMap((arg, index): Change[] => {
      if (index % 2 === 1 || index === args.length - 1) return []
      const [result, next] = [args[index + 1], args[index + 2]]
      if (result === undefined || next === undefined) return []
      const other = args[index + 3] ?? next
      const between = sql.slice({ from: result.to, to: other.from })
      return [
        { from: arg.from, to: next.from, text: '' },
        { from: result.from, to: other.to, text: `${sql.slice(other)}${between} ${sql.slice(result)}` },
      ]
    }),
  )
  return [...either, ...many]
}

function precedence(sql: Sql): Change[] {
  return sql.calls(...Object.keys(PRECEDENCE)).flatMap(({ at, args }) => {
    const equal = args.slice(0, PRECEDENCE[sql.at(at)])
    return equal.slice(1).flatMap((arg, index) => swapped(sql, equal[index], arg))
  })
}

export const calls: readonly Rule[] = [
  { name: 'aggregate', what: 'another aggregate', changes: renamed(AGGREGATES) },
  { name: 'aggregate-if', what: 'an aggregate without its condition', changes: unconditional },
  { name: 'function', what: 'another function', changes: renamed(FUNCTIONS) },
  { name: 'cast', what: 'a type that holds less, another unit, 0 for NULL', changes: renamed(CASTS) },
  {
    name: 'unwrap',
    what: 'a call left out, its first argument stays',
    changes: (sql) =>
      sql
        .calls(...WRAPPERS)
        .flatMap(({ at, to, args: [first] }) =>
          first === undefined ? [] : [{ from: at, to, text: sql.slice(first) }],
        ),
  },
  { name: 'branch', what: 'a branch left out, or results in each other’s place', changes: branches },
  { name: 'precedence', what: 'another one wins', changes: precedence },
  {
    name: 'fallback',
    what: 'one of those that may win left out',
    changes: (sql) => sql.calls('coalesce').flatMap(({ args }) => args.flatMap((_, index) => withoutItem(args, index))),
  },
]
