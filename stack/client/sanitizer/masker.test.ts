import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stackDirectory } from '../../../core/paths.ts'
import { compileForClient } from '../../policy/layers/client/compile.ts'
import { parsePattern, toRegExp } from '../../policy/pattern.ts'
import { readPolicy } from '../../policy/policy.ts'
import { textRules } from '../../policy/rules.ts'
import { afterSteps, CLOSING_STEP, javaScriptReplacement, openingSteps, type Step } from '../../policy/steps.ts'
import { superLinearPart } from '../../policy/super-linear.ts'
import { PIECES, SECRETS } from '../testing/secrets.ts'
import type { PolicyDocument } from './document.ts'
import { Masker } from './masker.ts'
import { namesRule } from './names.ts'

const policy = await readPolicy(`${stackDirectory}/policy/sanitization.yaml`, 'stack/policy/sanitization.yaml')
const document: PolicyDocument = JSON.parse(compileForClient(policy))
const masker = new Masker(document)

/** Every step of every rule in order, without a look at what may match, until nothing changes. */
const reference = referenceOf()

function referenceOf(): (text: string) => string {
  const ready = (steps: readonly Step[]) =>
    steps.map(
      ({ pattern, replacement }) => [toRegExp(parsePattern(pattern)), javaScriptReplacement(replacement)] as const,
    )
  const regex = policy.filters.filter((filter) => filter.type === 'regex')
  const own = ['[REDACTED_NAME]', '[REDACTED_ID]'].map((replacement) => ({ pattern: '', unless: [], replacement }))
  const rules = textRules(policy)
  const steps = ready([
    ...openingSteps([...regex, ...own]),
    ...rules.flatMap(({ after, steps: inner }, index) => [
      ...(after !== undefined && rules[index - 1]?.after !== after ? [afterSteps(after).before] : []),
      ...inner,
      ...(after !== undefined && rules[index + 1]?.after !== after ? [afterSteps(after).behind] : []),
    ]),
    CLOSING_STEP,
  ])
  const once = (each: string) =>
    steps.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), each)
  return (each) => {
    let current = each
    for (let next = once(current); next !== current; next = once(current)) current = next
    return current
  }
}

const hard = fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join(''))
const text = fc.oneof(
  hard,
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
)

test('a text is what all steps of all rules make of it, though most of them are passed over', () => {
  fc.assert(
    fc.property(text, (each) => {
      expect(masker.mask(each)).toBe(reference(each))
    }),
    { numRuns: 3_000 },
  )
})

test('masking again changes nothing', () => {
  fc.assert(
    fc.property(text, (each) => {
      const once = masker.mask(each)
      expect(masker.mask(once)).toBe(once)
    }),
    { numRuns: 3_000 },
  )
})

test.each(Object.entries(SECRETS))('nothing is left of a %s, whatever stands around it', (_, secret) => {
  for (const around of ['', ' ', '"', '\n', '=', ' a '])
    expect(masker.mask(`see${around === '' ? ' ' : around}${secret}${around} here`)).not.toContain(secret)
})

test('a text without anything private is the same string', () => {
  for (const each of [
    '',
    'claude-sonnet-4-5',
    '2026-11-26T10:12:13.123Z',
    'input_tokens',
    'npm test && git push origin main',
  ])
    expect(masker.mask(each)).toBe(each)
})

describe('time', () => {
  const steps = [
    ...document.opening,
    ...document.closing,
    ...document.afters.flatMap(({ before, behind }) => [before, behind]),
    ...document.rules.flatMap((rule) => rule.steps),
    ...document.keys.flatMap((rule) => [rule.key, ...rule.steps]),
  ]
  const searches = [...document.rules, ...document.afters].flatMap(
    ({ prefilter }) => prefilter?.literals.flatMap((literal) => literal.source ?? []) ?? [],
  )

  test('nothing that runs or is searched for could take more than linear time', () => {
    expect(searches.length).toBeGreaterThan(50)
    const sources = [...steps.map(({ source }) => source), ...searches]
    expect(sources.filter((source) => superLinearPart(source) !== undefined)).toEqual([])
  })

  test('a search without the limits of its repeats would', () => {
    const [jwt] = searches.filter((source) => source.startsWith('eyJ'))
    expect(jwt).toContain('{8,1000}')
    expect(superLinearPart(jwt?.replace('{8,1000}', '{8,}') ?? '')).toBe('[A-Za-z0-9_-]{8,}')
  })
})

describe('names', () => {
  const rule = namesRule('Ada Lovelace\nada\n# a comment\n\nŻaneta\nJosé\n')
  const named = new Masker(document, rule)

  test.each([
    ['written by ADA and Ada  Lovelace.', 'written by [REDACTED_NAME] and [REDACTED_NAME].'],
    ['/home/ada/work', '/home/[REDACTED_NAME]/work'],
    ['Canada, adamant, ada_work', 'Canada, adamant, ada_work'],
    ['żaneta, ŻANETA', '[REDACTED_NAME], [REDACTED_NAME]'],
    ['Jose\u0301 and José', '[REDACTED_NAME] and [REDACTED_NAME]'],
    ['ada@example.com', '[REDACTED_EMAIL]'],
    ['{"author":"Ada"}', '{"author":"[REDACTED_NAME]"}'],
  ])('%s', (each, masked) => {
    expect(named.mask(each)).toBe(masked)
    expect(named.mask(masked)).toBe(masked)
  })

  test('are counted, and a file without any is no rule', () => {
    expect(rule?.count).toBe(4)
    expect(namesRule('\n# nobody\n')).toBeUndefined()
  })
})
