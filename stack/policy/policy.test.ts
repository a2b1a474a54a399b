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
    ['no version', 'filters: []\n', /^stack\/policy\/sanitization\.yaml:1: version: /],
    ['no filters', 'version: 1\nfilters: []\n', /^stack\/policy\/sanitization\.yaml:2: filters: /],
    [
      'an unknown type',
      'version: 1\nfilters:\n  - type: regexp\n',
      /^stack\/policy\/sanitization\.yaml:3: filters\.0\.type: /,
    ],
    [
      'an unknown key',
      `${rule('a')}    replace: y\n`,
      /^stack\/policy\/sanitization\.yaml:6: filters\.0: Unrecognized key: "replace"$/,
    ],
    [
      'no replacement',
      'version: 1\nfilters:\n  - type: regex\n    pattern: a\n',
      /^stack\/policy\/sanitization\.yaml:3: filters\.0\.replacement: /,
    ],
    [
      'another hash',
      'version: 1\nfilters:\n  - type: pii_hash\n    hash_algorithm: md5\n    fields: []\n',
      /:4: filters\.0\.hash_algorithm: [^\n]*sha256/,
    ],
    ...['session.id', 'event.sequence', 'tool_name', 'cost_usd'].map((field): [string, string, RegExp] => [
      `a hash of ${field}, which tells events apart`,
      `version: 1\nfilters:\n  - type: pii_hash\n    hash_algorithm: sha256\n    fields: [user.email, ${field}]\n`,
      /:5: filters\.0\.fields\.1: \S+ is part of what tells events apart/,
    ]),
    [
      'a path of another form',
      'version: 1\nfilters:\n  - type: path_filter\n    patterns: ["secret/**"]\n    action: exclude\n',
      /:4: filters\.0\.patterns\.0: a path pattern has the form \*\/directory\/\*$/,
    ],
    ['broken YAML', 'version: 1\nfilters: [\n', /^stack\/policy\/sanitization\.yaml:\d: [^\n]+$/],
  ])('with %s is told with file and line', (_, text, message) => {
    expect(fault(text)).toMatch(message)
  })
})

describe('a pattern', () => {
  test.each([
    ['(?=a)', 'look-around is not RE2 syntax'],
    ['(?!a)', 'look-around is not RE2 syntax'],
    ['(?<=a)b', 'look-around is not RE2 syntax'],
    ['(?<!a)b', 'look-around is not RE2 syntax'],
    ['(a)\\1', 'back-references are not RE2 syntax'],
    ['(a', 'Invalid regular expression'],
    ['[z-a]', 'Invalid regular expression'],
    ['(?i)*', 'Invalid regular expression'],
    ['', 'Too small'],
  ])('%j is refused on its line: %s', (pattern, message) => {
    expect(fault(rule(pattern))).toMatch(/^stack\/policy\/sanitization\.yaml:4: filters\.0\.pattern: [^\n]+$/)
    expect(fault(rule(pattern))).toContain(message)
  })

  test.each([
    '(?i)key',
    '(?:a|b)',
    '(?P<name>a)',
    '(?<name>a)',
    '\\\\1',
    'a\\\\(?:b)',
    '\\(\\?=',
    '[^"\\\\]+',
    '\\$\\{x\\}',
  ])('%j is taken', (pattern) => {
    expect(fault(rule(pattern))).toBe('')
  })
})
