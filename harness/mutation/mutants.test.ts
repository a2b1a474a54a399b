// The engine of mutation: no text is lost, each mutant has one change, ids are unique and the same again, and each rule does what it says.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mutantsOf, rules } from './mutants.ts'
import { tokensOf } from './sql/lexer.ts'
import { statementsOf } from './sql/statements.ts'

/** Pieces of SQL in any order, which make sense or not. */
const sqlText = fc
  .array(
    fc.constantFrom(
      ...[
        'SELECT',
        'a',
        'e.b',
        'e.c',
        ',',
        '(',
        ')',
        '[',
        ']',
        'FROM',
        't',
        'FINAL',
        'WHERE',
        'AND',
        'OR',
        'NOT',
        'IS',
        'NULL',
      ],
      ...[
        '=',
        '<',
        '>=',
        '+',
        '-',
        '*',
        '/',
        '1',
        '0.01',
        '1e3',
        "'x'",
        "''",
        "'it''s'",
        "'a\\'b'",
        'IN',
        'GROUP BY',
        'ORDER BY',
      ],
      ...[
        'DESC',
        'NULLS LAST',
        'LIMIT',
        'UNION ALL',
        'sum(',
        'sumIf(',
        'if(',
        'multiIf(',
        'coalesce(',
        'ifNull(',
        'round(',
      ],
      ...[
        "{from:DateTime64(3, 'UTC')}",
        '{top:UInt32}',
        'CROSS JOIN',
        'BETWEEN',
        'OVER',
        'PARTITION BY',
        'INTERVAL 1 DAY',
      ],
      ...['-- no\n', '/* AND */', "'", ';', '->', '::', 'quantileExact(0.5)(', 'true', 'HAVING', 'ROWS', 'AS'],
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(' '))

test('tokens joined are the text again, and each says where it begins', () => {
  fc.assert(
    fc.property(fc.oneof(sqlText, fc.string({ unit: 'binary' })), (text) => {
      const tokens = tokensOf(text)
      expect(tokens.map((token) => token.text).join('')).toBe(text)
      expect(tokens.every(({ at, text: part }) => text.startsWith(part, at) && part !== '')).toBe(true)
    }),
  )
})

test('each mutant differs in one place, has an id of its own, and is the same again', () => {
  fc.assert(
    fc.property(sqlText, (text) => {
      const mutants = mutantsOf('part', text)
      expect(mutantsOf('part', text)).toEqual(mutants)
      expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length)
      expect(new Set(mutants.map(({ sql }) => sql)).size).toBe(mutants.length)
      for (const { sql, before, after, line } of mutants) {
        expect(sql).not.toBe(text)
        const at = placeOf(text, sql, before, after, line)
        expect(at).toBeGreaterThanOrEqual(0)
      }
    }),
    { numRuns: 200 },
  )
})

/** Where `before` becomes `after` and nothing else changes, in that line; -1 where there is no such place. */
function placeOf(text: string, sql: string, before: string, after: string, line: number): number {
  for (let at = 0; at <= text.length; at += 1)
    if (
      text.startsWith(before, at) &&
      text.slice(0, at).split('\n').length === line &&
      text.slice(0, at) + after + text.slice(at + before.length) === sql
    )
      return at
  return -1
}

/** Of each rule: a text, and what all of its mutants are. */
const EXAMPLES: Readonly<Record<string, readonly [text: string, mutants: readonly string[]]>> = {
  bound: ['a < b', ['a <= b']],
  compare: ['a < b', ['a >= b']],
  arithmetic: ['SELECT *, a.*, f(-1), b - 1', ['SELECT *, a.*, f(-1), b + 1']],
  logic: ['WHERE a AND b BETWEEN 1 AND 2', ['WHERE a OR b BETWEEN 1 AND 2']],
  not: ['NOT a AND b IS NOT NULL', ['a AND b IS NOT NULL']],
  'is-null': ['a IS NULL, b IS NOT NULL', ['a IS NOT NULL, b IS NOT NULL', 'a IS NULL, b IS NULL']],
  condition: [
    'WHERE a AND f(b, c) AND d LIMIT 1',
    ['WHERE f(b, c) AND d LIMIT 1', 'WHERE a AND d LIMIT 1', 'WHERE a AND f(b, c) LIMIT 1'],
  ],
  filter: ['FROM t WHERE f(a) GROUP BY b', ['FROM t GROUP BY b']],
  limit: ['LIMIT {top:UInt32}', ['', 'LIMIT {top:UInt32} + 1']],
  direction: ['ORDER BY a DESC, b NULLS LAST', ['ORDER BY a ASC, b NULLS LAST', 'ORDER BY a DESC, b DESC NULLS LAST']],
  'order-key': ['ORDER BY a DESC, b LIMIT 1', ['ORDER BY b LIMIT 1', 'ORDER BY a DESC LIMIT 1']],
  'order-swap': ['ORDER BY a DESC, f(b)', ['ORDER BY f(b), a DESC']],
  nulls: ['ORDER BY a NULLS LAST', ['ORDER BY a NULLS FIRST']],
  'group-key': ['GROUP BY a, b HAVING c', ['GROUP BY b HAVING c', 'GROUP BY a HAVING c']],
  'partition-key': ['(PARTITION BY a, b ORDER BY c)', ['(PARTITION BY b ORDER BY c)', '(PARTITION BY a ORDER BY c)']],
  frame: ['ROWS BETWEEN x', ['RANGE BETWEEN x']],
  'union-side': ['(SELECT a UNION ALL SELECT b)', ['(SELECT b)', '(SELECT a)']],
  'union-distinct': ['SELECT a UNION ALL SELECT b', ['SELECT a UNION DISTINCT SELECT b']],
  join: ['a CROSS JOIN b', ['a PASTE JOIN b']],
  dedup: ['SELECT DISTINCT a FROM t FINAL', ['SELECT a FROM t FINAL', 'SELECT DISTINCT a FROM t']],
  aggregate: ['sum(a), uniqExact(b)', ['max(a), uniqExact(b)', 'sum(a), count(b)']],
  'aggregate-if': ['sumIf(a, b), countIf(c)', ['sum(a), countIf(c)', 'sumIf(a, b), count()']],
  function: ['startsWith(a, b)', ['endsWith(a, b)']],
  cast: ['toDate32(a)', ['toDate(a)']],
  unwrap: ['ifNull(f(a), b)', ['f(a)']],
  branch: ['multiIf(a, b, c)', ['multiIf(c)', 'multiIf(a, c, b)']],
  precedence: ['coalesce(a, b)', ['coalesce(b, a)']],
  fallback: ['coalesce(a, b)', ['coalesce(b)', 'coalesce(a)']],
  'number-up': ['0.09, 1', ['0.10, 1', '0.09, 2']],
  'number-down': ['0.10, 0', ['0.09, 0']],
  text: [
    "'a', '', 'UTC', '2020-01-01'",
    [
      "'a_', '', 'UTC', '2020-01-01'",
      "'a', 'u', 'UTC', '2020-01-01'",
      "'a', '', 'Asia/Kolkata', '2020-01-01'",
      "'a', '', 'UTC', '2020-01-02'",
    ],
  ],
  parameter: ["{from:DateTime64(3, 'UTC')}", ["{from:DateTime64(0, 'UTC')}", "{from:DateTime64(3, 'Asia/Kolkata')}"]],
  member: ["a IN ('b', 'c')", ["a IN ('c')", "a IN ('b')"]],
  truth: ['a = false', ['a = true']],
  null: ['if(a, NULL, b IS NULL)', ['if(a, 0, b IS NULL)']],
  interval: ['INTERVAL 1 DAY', ['INTERVAL 1 HOUR']],
  column: ['SELECT e.a, e.b FROM t AS e', ['SELECT e.b, e.b FROM t AS e', 'SELECT e.a, e.a FROM t AS e']],
}

describe.each(rules)('rule $name: $what', ({ name }) => {
  test('has its mutants in the place of the text', () => {
    const [text, expected] = EXAMPLES[name] ?? ['', []]
    const made = mutantsOf('x', text).filter(({ id }) => id.startsWith(`x:${name}:`))
    const plain = (sql: string) =>
      sql
        .replace(/\s+/g, ' ')
        .replace(/ (?=[,)])/g, '')
        .replace(/(?<=\() /g, '')
        .trim()
    expect(made.map(({ sql }) => plain(sql))).toEqual(expected)
    expect(made.map(({ id }) => id)).toEqual(expected.map((_, at) => `x:${name}:${at + 1}`))
  })
})

test('what is only set for a query stays as it is, and only that', () => {
  const text = '(SELECT a FROM t WHERE b SETTINGS x = 1, y = 0 UNION ALL SELECT 2 SETTINGS x = 1)'
  expect(mutantsOf('x', text).map(({ id, sql }) => [id, sql.replace(/\s+/g, ' ')])).toEqual([
    ['x:filter:1', '(SELECT a FROM t SETTINGS x = 1, y = 0 UNION ALL SELECT 2 SETTINGS x = 1)'],
    ['x:union-side:1', '( SELECT 2 SETTINGS x = 1)'],
    ['x:union-side:2', '(SELECT a FROM t WHERE b SETTINGS x = 1, y = 0 )'],
    ['x:union-distinct:1', '(SELECT a FROM t WHERE b SETTINGS x = 1, y = 0 UNION DISTINCT SELECT 2 SETTINGS x = 1)'],
    ['x:number-up:1', '(SELECT a FROM t WHERE b SETTINGS x = 1, y = 0 UNION ALL SELECT 3 SETTINGS x = 1)'],
    ['x:number-down:1', '(SELECT a FROM t WHERE b SETTINGS x = 1, y = 0 UNION ALL SELECT 1 SETTINGS x = 1)'],
  ])
})

test('statements are told apart, with what they make', () => {
  const text =
    "-- a; b\nCREATE OR REPLACE FUNCTION f AS (x) -> if(x = ';', 1, 2);\n\nCREATE VIEW telemetry.v AS SELECT 1; INSERT INTO t VALUES (1)"
  expect(statementsOf(text)).toEqual([
    { name: 'f', makes: 'function', sql: "CREATE OR REPLACE FUNCTION f AS (x) -> if(x = ';', 1, 2)" },
    { name: 'v', makes: 'view', sql: 'CREATE VIEW telemetry.v AS SELECT 1' },
    { name: '', makes: 'other', sql: 'INSERT INTO t VALUES (1)' },
  ])
})
