// A prefilter that misses is a leak: whatever a pattern matches, its prefilter lets through. Limit: as in patterns.test.ts,
// JavaScript's engine stands in for RE2; collector.test.ts runs both in the collector itself.
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPolicy } from './policy.ts'
import { prefilterOf } from './prefilter.ts'

fc.configureGlobal({ seed: 1 })

const policy = await readPolicy(join(import.meta.dirname, 'sanitization.yaml'), 'stack/policy/sanitization.yaml')
const shipped = policy.filters.flatMap((filter) => (filter.type === 'regex' ? [filter.pattern] : []))
const odd: readonly (readonly [pattern: string, anyOf: readonly string[]])[] = [
  ['a+bc', ['abc']],
  ['ab+c', ['bc']],
  ['[ab]{2,}x', ['ax', 'bx']],
  ['x{2,3}y', ['xy']],
  ['x{0,2}yz?', ['yz', 'y']],
  ['(?:a|bc)+\\d', ['a', 'bc']],
  ['(?P<name>se(?:cret|same))', ['cret', 'same']],
  ['[^a]-\\d{2}', ['-\\d{2}']],
  ['[+--]1', ['\\+1', ',1', '-1']],
  ['[a-]1', ['a1', '-1']],
  ['[\\]^]x', ['\\]x', '\\^x']],
  ['a\\.b$', ['a\\.b']],
  ['\\bid\\b.{3}', ['id']],
  ['é+z', ['z']],
  ['"key":\\s*"', ['"key":\\s*"']],
  ['(?i)x[Kk][_-]?y', ['xk_y', 'xk-y', 'xky']],
  ['(?i)Kiss\\s', ['kiss', 'ſ']],
]

const javascript = (pattern: string) =>
  pattern.startsWith('(?i)') ? new RegExp(pattern.slice(4), 'iu') : new RegExp(pattern.replaceAll('(?P<', '(?<'), 's')

/** Whether the prefilter says that the pattern may match. */
function passes(pattern: string, text: string): boolean {
  const { lower, anyOf } = prefilterOf(pattern) ?? { lower: false, anyOf: [''] }
  const searched = lower ? text.toLowerCase() : text
  return anyOf.some((each) => new RegExp(each, 's').test(searched))
}

/** Texts of a pattern's own making, changed a little: many match still, in ways that nobody wrote down. */
function nearly(pattern: string): fc.Arbitrary<string> {
  const bare = pattern
    .replace('(?i)', '')
    .replaceAll('(?P<', '(?<')
    .replaceAll(/\\b|\$$/g, '')
  const change = fc.record({
    at: fc.nat(60),
    drop: fc.nat(1),
    add: fc.oneof(fc.constantFrom('', ' ', '\n', '\\n', '"', '-', '.', '+', '=', 'S', 'ſ', 'K', 'k', '1'), fc.string()),
    upper: fc.boolean(),
  })
  return fc.tuple(fc.stringMatching(new RegExp(bare)), fc.array(change, { maxLength: 3 })).map(([text, changes]) =>
    changes.reduce((each, { at, drop, add, upper }) => {
      const changed = each.slice(0, at) + add + each.slice(at + drop)
      return upper ? changed.toUpperCase() : changed
    }, text),
  )
}

describe('a prefilter', () => {
  test.each([...shipped, ...odd.map(([pattern]) => pattern)])('lets through whatever %s matches', (pattern) => {
    const expression = javascript(pattern)
    let matched = 0
    fc.assert(
      fc.property(nearly(pattern), fc.string(), fc.string(), (text, before, after) => {
        const whole = `${before}\n${text}\n${after}`
        if (!expression.test(text)) return true
        matched += 1
        return passes(pattern, text) && passes(pattern, whole)
      }),
      { numRuns: 2_000 },
    )
    // A property whose premise never holds would prove nothing.
    expect(matched).toBeGreaterThan(50)
  })

  test.each(odd)('of %s searches for %j', (pattern, anyOf) => {
    expect(prefilterOf(pattern)?.anyOf).toEqual(anyOf)
  })

  test('of each shipped pattern there is one, and it stops what is only ordinary', () => {
    const ordinary =
      '2026-11-23T21:28:27.047Z 3f2b8c1e-1234-4abc-8def-0123456789ab npm run build && git commit -m "fix (#123)" api_request 192.168.1.100 + 5'
    for (const pattern of shipped) expect([pattern, passes(pattern, ordinary)]).toEqual([pattern, false])
  })

  test.each([
    '',
    '\\d+',
    'x?',
    'a|b|',
    '(?:a|)',
    'a|\\d',
    '[0-9]{3}',
    '(?s)a.b',
    '(?i:a)b',
    'a{,3}',
    'a**',
    '\\p{Lu}a',
    '\\x41b',
    '\\Qa.b\\E',
    '[]a]b',
    '[^]][x]',
    '[[:alpha:]]b',
    '(a',
    'a)',
  ])('is not made up for %s, which says nothing or is not known here', (pattern) => {
    expect(prefilterOf(pattern)).toBeUndefined()
  })
})
