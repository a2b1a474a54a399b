// A prefilter that misses is a leak: whatever a pattern matches, its prefilter lets through. Limit: as in patterns.test.ts,
// JavaScript's engine stands in for RE2; collector.test.ts runs both in the collector itself.
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePattern, toRegExp } from './pattern.ts'
import { javaScriptSource } from './pattern-javascript.ts'
import { widerPattern } from './pattern-wider.ts'
import { readPolicy } from './policy.ts'
import { isWeak, prefilterOf } from './prefilter.ts'

fc.configureGlobal({ seed: 1 })

const policy = await readPolicy(join(import.meta.dirname, 'sanitization.yaml'), 'stack/policy/sanitization.yaml')
const shipped = policy.filters.flatMap((filter) =>
  filter.type === 'regex' && filter.match === 'text'
    ? [filter.after === undefined ? filter.pattern : `(?:${filter.after})(?:${filter.pattern})`]
    : [],
)
const odd: readonly (readonly [pattern: string, anyOf: readonly string[]])[] = [
  ['a+bc', ['abc']],
  ['ab+c', ['bc']],
  ['[ab]{2,}x', ['ax', 'bx']],
  ['x{2,3}y', ['xy']],
  ['x{0,2}yz?', ['yz', 'y']],
  ['(?:a|bc)+\\d', ['a\\d', 'bc\\d']],
  ['(se(?:cret|same))x', ['cretx', 'samex']],
  ['[^a]-\\d{2}', ['-\\d{2}']],
  ['[+--]1', ['\\+1', ',1', '-1']],
  ['a\\.b$', ['a\\.b']],
  ['^[^x]{3}@(?:$|c)', ['@']],
  ['(?i:^[a-s]{2,9}(?:@|%40))', ['@', '%40']],
  ['\\bid\\b [^\\n]{3}', ['id']],
  ['é+z', ['z']],
  ['"key":\\s*"', ['"key":\\s*"']],
  ['(?i)x[Kk][_-]?y', ['xk_y', 'xk-y', 'xky']],
  ['(?i)Kiss\\s', ['kiss\\s', 'ſ']],
  ['(?i:Ab)[A-Z]', ['ab[A-Za-zſ]']],
  ['(?i)q[^x]', ['q[^\\x00]']],
  ['[0-9]{5,12}:A[a-z]{40}', [':A[a-z]{16,}']],
]

/** Whether the search says that the pattern may match. */
function passes(pattern: string, text: string): boolean {
  const prefilter = prefilterOf(parsePattern(pattern))
  if (!prefilter) return true
  if (isWeak(prefilter) && !wideMatches(pattern, text)) return false
  const searched = prefilter.lower ? text.toLowerCase() : text
  return prefilter.anyOf.some(
    ({ literal, pattern: each }) => searched.includes(literal) && new RegExp(each, 'u').test(searched),
  )
}

/** Texts of a pattern's own making, changed a little: many match still, in ways that nobody wrote down. */
function nearly(pattern: string): fc.Arbitrary<string> {
  const bare = javaScriptSource(parsePattern(pattern)).replaceAll(/\\b|(?<!\\)\$(?=[)|]|$)|(?<=[(|]|^)\^/g, '')
  const change = fc.record({
    at: fc.nat(60),
    drop: fc.nat(1),
    add: fc.oneof(fc.constantFrom('', ' ', '\n', '\\n', '"', '-', '.', '+', '=', 'S', 'ſ', 'K', 'k', '1'), fc.string()),
    upper: fc.boolean(),
  })
  return fc
    .tuple(fc.stringMatching(new RegExp(bare, 'u')), fc.oneof(fc.constant([]), fc.array(change, { maxLength: 3 })))
    .map(([text, changes]) =>
      changes.reduce((each, { at, drop, add, upper }) => {
        const changed = each.slice(0, at) + add + each.slice(at + drop)
        return upper ? changed.toUpperCase() : changed
      }, text),
    )
}

/** Whether the wider pattern matches. */
function wideMatches(pattern: string, text: string): boolean {
  const { lower, pattern: wider } = widerPattern(parsePattern(pattern), true)
  return new RegExp(wider, 'u').test(lower ? text.toLowerCase() : text)
}

describe('a prefilter', () => {
  test.each([...shipped, ...odd.map(([pattern]) => pattern)])(
    'lets through whatever %s matches',
    { timeout: 120_000 },
    (pattern) => {
      const expression = toRegExp(parsePattern(pattern), 'u')
      let matched = 0
      fc.assert(
        fc.property(nearly(pattern), fc.string(), fc.string(), (text, before, after) => {
          const whole = `${before}\n${text}\n${after}`
          if (!expression.test(text)) return true
          matched += 1
          return passes(pattern, text) && passes(pattern, whole)
        }),
        { numRuns: 200 },
      )
      // A property whose premise never holds would prove nothing.
      expect(matched).toBeGreaterThan(10)
    },
  )

  test.each(odd)('of %s searches for %j', (pattern, anyOf) => {
    expect(prefilterOf(parsePattern(pattern))?.anyOf.map((each) => each.pattern)).toEqual(anyOf)
  })

  test('of each shipped pattern there is one', () => {
    for (const pattern of shipped)
      expect([pattern, prefilterOf(parsePattern(pattern)) !== undefined]).toEqual([pattern, true])
  })

  test.each(['\\d+', 'x?', 'a|b|', '(?:a|)', 'a|\\d', '[0-9]{3}', '[^a]b?'])(
    'is not made up for %s, which says nothing',
    (pattern) => {
      expect(prefilterOf(parsePattern(pattern))).toBeUndefined()
    },
  )
})
