// biome-ignore-all lint/suspicious/noTemplateCurlyInString: groups in replacements look like template strings
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseYaml } from '../../core/yaml-file.ts'
import { policySchema, readPolicy } from './policy.ts'

const rule = (pattern: string) =>
  `version: 1\nfilters:\n  - type: regex\n    pattern: '${pattern}'\n    replacement: x\n`

function fault(text: string): string {
  try {
    parseYaml(text, 'stack/policy/sanitization.yaml', policySchema)
    return ''
  } catch (error) {
    expect(error).toMatchObject({ name: 'UserError' })
    return error instanceof Error ? error.message : ''
  }
}

test("the project's own policy is valid", async () => {
  const policy = await readPolicy(join(import.meta.dirname, 'sanitization.yaml'), 'stack/policy/sanitization.yaml')
  expect(new Set(policy.filters.map(({ type }) => type))).toEqual(new Set(['path_filter', 'pii_hash', 'regex']))
})

describe('a policy', () => {
  test.each([
    ['no version', 'filters: []\n', /^stack\/policy\/sanitization\.yaml:1:1: version: /],
    ['no filters', 'version: 1\nfilters: []\n', /^stack\/policy\/sanitization\.yaml:2:10: filters: /],
    [
      'an unknown type',
      'version: 1\nfilters:\n  - type: regexp\n',
      /^stack\/policy\/sanitization\.yaml:3:11: filters\.0\.type: /,
    ],
    [
      'an unknown key',
      `${rule('a')}    replace: y\n`,
      /^stack\/policy\/sanitization\.yaml:6:5: filters\.0: Unrecognized key: "replace"$/,
    ],
    [
      'no replacement',
      'version: 1\nfilters:\n  - type: regex\n    pattern: a\n',
      /^stack\/policy\/sanitization\.yaml:3:5: filters\.0\.replacement: /,
    ],
    [
      'another hash',
      'version: 1\nfilters:\n  - type: pii_hash\n    hash_algorithm: md5\n    fields: []\n',
      /:4:21: filters\.0\.hash_algorithm: [^\n]*sha256/,
    ],
    ...['session.id', 'event.sequence', 'tool_name', 'cost_usd'].map((field): [string, string, RegExp] => [
      `a hash of ${field}, which tells events apart`,
      `version: 1\nfilters:\n  - type: pii_hash\n    hash_algorithm: sha256\n    fields: [user.email, ${field}]\n`,
      /:5:26: filters\.0\.fields\.1: \S+ is part of what tells events apart/,
    ]),
    [
      'a path of another form',
      'version: 1\nfilters:\n  - type: path_filter\n    patterns: ["secret/**"]\n    action: exclude\n',
      /:4:16: filters\.0\.patterns\.0: a path pattern has the form \*\/directory\/\*$/,
    ],
    ['broken YAML', 'version: 1\nfilters: [\n', /^stack\/policy\/sanitization\.yaml:\d:\d+: [^\n]+$/],
  ])('with %s is told with file, line and column', (_, text, message) => {
    expect(fault(text)).toMatch(message)
  })
})

describe('a path filter', () => {
  const filter = (pattern: string) =>
    fault(
      `version: 1\nfilters:\n  - type: path_filter\n    patterns: ["*/a b/c/*", ${JSON.stringify(pattern)}]\n    action: exclude\n`,
    )

  test.each([
    ['*//*', '"" names no directory: it would leave out everything'],
    ['*/*/*', 'this one would leave out everything'],
    ['*/**/*', 'this one would leave out everything'],
    ['**', 'this one would leave out everything'],
    ['/', 'this one would leave out everything'],
    ['', 'this one would leave out everything'],
    ['*/./*', '"." names no directory'],
    ['*/../*', '".." names no directory'],
    ['*/ /*', '" " names no directory'],
    ['*/a/../*', '"a/.." names no directory'],
    ['*/a//b/*', '"a//b" names no directory'],
    ['*/a/*', '"a" is too short'],
    ['*/a*b/*', 'a path pattern has the form */directory/*'],
    ['secret', 'a path pattern has the form */directory/*'],
    ['*/a\\b/*', 'stands in no directory'],
    ['*/we"ird/*', 'stands in no directory'],
  ])('of %j is refused where it stands: %s', (pattern, message) => {
    expect(filter(pattern)).toMatch(/^stack\/policy\/sanitization\.yaml:4:29: filters\.0\.patterns\.1: [^\n]+$/)
    expect(filter(pattern)).toContain(message)
  })

  test.each(['*/secret/*', '*/a.b/*', '*/a/bc/*', '*/über uns/*', '*/x+/*'])('of %j is taken', (pattern) => {
    expect(filter(pattern)).toBe('')
  })
})

describe('a rule', () => {
  const masking = (rest: string) => fault(`version: 1\nfilters:\n  - type: regex\n    pattern: '(a)b'\n${rest}`)

  test.each([
    ["    replacement: '${1}x'\n", ''],
    ["    replacement: '${2}x'\n", 'the pattern has no group 2'],
    ["    replacement: '$1'\n", 'a dollar or a backslash stands only in'],
    ['    replacement: xaby\n', 'the pattern matches its own replacement'],
    ["    replacement: x\n    unless: ['(a)bc']\n", ''],
    ["    replacement: x\n    unless: ['a(bc)']\n", 'it must begin with a group'],
    ["    replacement: x\n    unless: ['(abc)']\n", 'it must begin with a group'],
    ["    replacement: x\n    after: '[ab]+c'\n", 'give it an upper limit'],
    ['    replacement: x\n    match: value\n', 'match'],
  ])('%j: %s', (rest, message) => {
    if (message === '') expect(masking(rest)).toBe('')
    else expect(masking(rest)).toContain(message)
  })

  test('may use terms, of terms, but not of itself', () => {
    const text = (terms: string) =>
      `version: 1\nterms:\n${terms}filters:\n  - type: regex\n    pattern: '{a}x'\n    replacement: y\n`
    expect(fault(text("  a: 'b{c}'\n  c: d\n"))).toBe('')
    expect(fault(text("  a: '{c}'\n  c: '{a}'\n"))).toContain('terms that contain each other')
    expect(fault(text("  a: '(b'\n"))).toContain('unterminated group')
  })
})

describe('a pattern', () => {
  test.each([
    ['(?=a)', 'look-around is not RE2 syntax'],
    ['(?!a)', 'look-around is not RE2 syntax'],
    ['(?<=a)b', 'look-around is not RE2 syntax'],
    ['(?<!a)b', 'look-around is not RE2 syntax'],
    ['(a)\\1', 'back-references are not RE2 syntax'],
    ['(a', 'unterminated group'],
    ['[z-a]', 'range out of order'],
    ['(?i)*', 'nothing to repeat'],
    ['', 'Too small'],
    ['a.b', 'a dot means another thing in each engine'],
    ['a\\Sb', 'write a class'],
    ['\\p{L}', 'not the same everywhere'],
    ['\\u0041', 'is not RE2 syntax'],
    ['a(?i)b', '(?i) may stand at the beginning only'],
    ['(?s:a)', 'means another thing in each engine'],
    ['[[:alpha:]]', 'lone quantifier brackets'],
    ['[[a]', 'write \\[ for a bracket'],
    ['a{1,1001}', 'repeats more than 1000 times'],
    ['(?P<name>a)', 'groups have no names'],
    ['(?<name>a)', 'groups have no names'],
    ['x?', 'it matches an empty text'],
    ['[ab]+x', 'give it an upper limit'],
    ['(?:a+)+b', 'give it an upper limit'],
    ['token_[a-z_]{8,};', 'give it an upper limit'],
    ['(?i)key[a-z]+;', 'give it an upper limit'],
    ['{nowhere}', 'there is no term nowhere'],
  ])('%j is refused on its line: %s', (pattern, message) => {
    expect(fault(rule(pattern))).toMatch(/^stack\/policy\/sanitization\.yaml:4:\d+: filters\.0\.pattern: [^\n]+$/)
    expect(fault(rule(pattern))).toContain(message)
  })

  test.each([
    ['ab(?=c)', 2],
    ["''''(?<=a)b", 4],
    ['a\\\\(b)\\1', 6],
    ['ab(?<name>a)', 2],
    ['a(?i)b', 1],
    ['(?i)ab.c', 6],
    ['(?i)ab[z-a]', 9],
    ['ab(c(d)', 2],
    ['(a)[b)(]c(', 9],
    ['ab[c(\\]d', 2],
    ['ab)c', 2],
    ['a\\qb', 1],
    ['ab{c', 3],
    ['ab*?+', 4],
    ['ab\\p{L}', 2],
    ['a[b[c]', 3],
    ['xa{1,1001}', 1],
    ['a{b}c.', 5],
    ['a{b}c{d}', 5],
    ['a{e}c', 1],
  ])('%j is refused at its character %d', (pattern, at) => {
    const before = pattern.slice(0, at)
    const terms = "terms:\n  b: 'x'\n  e: 'x.'\n"
    const [, column] =
      /:7:(\d+): filters\.0\.pattern: /.exec(fault(rule(pattern).replace('filters:', `${terms}filters:`))) ?? []
    expect(Number(column)).toBe("    pattern: '".length + 1 + before.length)
  })

  test.each([
    '(?i)key',
    '(?:a|b)',
    '(?i:a)b',
    '[ab]{1,40}x',
    '\\\\1',
    'a\\\\(?:b)',
    '\\(\\?=',
    '[^"\\\\]+',
    '\\$\\{x\\}',
  ])('%j is taken', (pattern) => {
    expect(fault(rule(pattern))).toBe('')
  })
})
