import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskText } from './mask-text.ts'
import { digestOf } from './own-rules.ts'
import { CLIENT_TEXT, CLIENT_VALUES, PLAIN_TEXT } from './plain.ts'
import { readPolicy } from './policy.ts'
import { textRules } from './rules.ts'

const AT_LEAST = 200_000
const policy = await readPolicy(join(import.meta.dirname, 'sanitization.yaml'), 'stack/policy/sanitization.yaml')
const mask = maskText(policy)
const plain = new RegExp(PLAIN_TEXT)
const isPlain = (text: string) => plain.test(`${text}\n`)

/** What tokens begin with, and words that tell of a secret. */
const PREFIXES =
  'glpat gldt glrt token sk sk-ant sk-proj sk_live pk_live rk_test whsec akia xoxb xoxp xapp-1 npm pypi hf gsk r8 pplx xai nvapi csk tvly lsv2_pt pcsk jina tgp_v1 dapi fc e2b dckr_pat rubygems ghp github_pat sgp tskey-auth pul dp.pt key nrak shpat phc glc glsa sntrys lin_api ntn secret figd sbp sb_secret nfp p8e pat-na1 sdk api access-sandbox sq0atp rzp_live live test shippo_live duffel_test sm_aat ico fio-u hcaik dop_v1 fo1 fm1 pscale_tkn hvs ya29 sha256 password token api_key bearer basic phone tel claude claude_code cxoxb csk-ant'.split(
    ' ',
  )
const some = (unit: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...unit), minLength, maxLength })
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'
const HEX = 'abcdef0123456789'
const maybe = <T>(each: fc.Arbitrary<T>) => fc.option(each, { nil: '' })
const joined = (...parts: readonly fc.Arbitrary<unknown>[]) => fc.tuple(...parts).map((each) => each.join(''))

const separator = fc.constantFrom('_', '.', '-')
const run = fc.oneof(
  some(LETTERS, 1, 9),
  some(LETTERS + DIGITS, 1, 9),
  some(HEX, 4, 9),
  some(DIGITS, 1, 5),
  some(DIGITS, 8, 9),
)
const runs = fc.oneof(
  joined(separator, run),
  joined(fc.constant('_'), some(LETTERS, 1, 9), fc.constant('_'), some(LETTERS, 1, 9)),
  fc.array(joined(separator, run), { maxLength: 3 }).map((each) => each.join('')),
  fc.tuple(separator, fc.array(run, { maxLength: 5 })).map(([mark, each]) => each.map((one) => mark + one).join('')),
)
const start = fc.oneof(fc.constantFrom(...PREFIXES), joined(some(LETTERS, 1, 1), some(LETTERS + DIGITS, 0, 11)))
const camel = joined(some('ABCXQ', 1, 1), some(LETTERS, 2, 12))
const branch = joined(fc.constant('/'), fc.constantFrom('', '12-', '2024-'), start)
const sentence = fc
  .array(
    fc.oneof(some(LETTERS, 1, 15), camel, fc.constantFrom('is', 'token', 'password', 'AKIA', 'ASIA', 'the', 'bearer')),
    { maxLength: 6 },
  )
  .map((words) => words.map((word) => ` ${word}`).join(''))
const rarely = (each: fc.Arbitrary<string>) => fc.oneof({ weight: 5, arbitrary: fc.constant('') }, each)
const word = joined(start, rarely(camel), rarely(branch), runs, rarely(sentence))
const number = joined(
  fc.oneof(some(DIGITS, 1, 4), some(DIGITS, 1, 12)),
  maybe(fc.oneof(joined(fc.constant('.'), some(DIGITS, 1, 18)), joined(separator, some(DIGITS, 1, 5)))),
  maybe(joined(separator, some(DIGITS, 1, 5))),
  maybe(joined(separator, run)),
)
const capital = joined(camel, maybe(camel), maybe(camel), maybe(joined(fc.constant('_'), camel)), rarely(sentence))
const value = fc.oneof({ weight: 6, arbitrary: word }, { weight: 3, arbitrary: number }, capital)

test('what is taken for plain is changed by no rule', { timeout: 120_000 }, () => {
  const texts = fc.sample(value, { seed: 30, numRuns: AT_LEAST * 3 }).filter(isPlain)
  expect(texts.length).toBeGreaterThan(AT_LEAST)
  expect(texts.filter((text) => mask(text) !== text).slice(0, 20)).toEqual([])
})

const part = fc.oneof(fc.constantFrom(...PREFIXES.map((each) => each.replaceAll(/[^a-z]/g, ''))), some(LETTERS, 1, 12))
const clientText = joined(
  fc.constant('claude_code.'),
  part,
  fc.array(joined(fc.constant('_'), part), { maxLength: 3 }).map((parts) => parts.join('')),
  maybe(fc.constantFrom('.count', '.usage', '.total', '.decision')),
)
const kernel = joined(
  joined(some('123456789', 1, 1), fc.constant('.'), some(DIGITS, 1, 2), fc.constant('.'), some(DIGITS, 1, 3)),
  maybe(joined(fc.constant('.'), some(DIGITS, 1, 1))),
  fc.constantFrom('-microsoft-standard-WSL2', '-microsoft-standard-WSL'),
)
const clientValues = fc.oneof({ weight: 5, arbitrary: kernel }, fc.constant('non-interactive'))

// Held by the tests of this file. A rule that is changed counts as a team's own until it stands there (`vitest -u`).
test('these are the rules of which it is so', async () => {
  const digests = textRules(policy).map(digestOf).sort()
  await expect(`${JSON.stringify(digests, null, 2)}\n`).toMatchFileSnapshot('held-rules.json')
})

test.each([
  ['names that the client gives', clientText, new RegExp(CLIENT_TEXT)],
  ['values that it often gives', clientValues, new RegExp(CLIENT_VALUES.map(([, pattern]) => pattern).join('|'))],
] as const)('nor are %s', { timeout: 120_000 }, (_, texts, pattern) => {
  const found = fc.sample(texts, { seed: 31, numRuns: 20_000 }).filter((text) => pattern.test(text))
  expect(found.length).toBeGreaterThan(10_000)
  expect(found.filter((text) => mask(text) !== text).slice(0, 20)).toEqual([])
})

test.each([
  [
    'claude_code.tool_decision',
    'tool_decision',
    'claude-sonnet-4-5-20250929',
    'claude-opus-4-8[1m]',
    'claude-3-5-sonnet-20241022',
  ],
  [
    'fix/020-usage-flaky',
    'feature/025-billing',
    '010-usage',
    'xterm-256color',
    'iTerm.app',
    'WebFetch',
    'ListMcpResourcesTool',
  ],
  ['0', '12', '0.012345678', '2.1.294', '6.8.0-45-generic', '2026-11-26T17:05:36.123Z', '<REDACTED>', ''],
])('%s and others like it are plain', (...values) => {
  expect(values.filter((each) => !isPlain(each))).toEqual([])
})

test.each([
  'xoxb-1234567890',
  'glpat-abcdefgh-ijklmnop',
  '07123456789',
  '555-123-4567',
  'a@b.de',
  'AKIAIOSFODNN7EXAMPLE',
])('%s is not', (text) => {
  expect(isPlain(text)).toBe(false)
})
