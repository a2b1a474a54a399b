import { describe, expect, test } from 'vitest'
import { makeCanaries } from '../../generators/canaries/make.ts'
import type { Canary } from '../../generators/canaries/model/canary.ts'
import { makeNegatives } from '../../generators/canaries/negatives/make.ts'
import { searchForms } from '../../generators/canaries/search-forms.ts'
import { measured, tableOf } from './measure.ts'
import { canaryRecall, falseMasks, lostSurroundings, sampleRecall } from './recall.ts'
import type { Sample } from './samples/sample.ts'

const nothing = (text: string) => text
const everything = () => '[REDACTED_API_KEY]'
const canaries = [...makeCanaries({ seed: 1, count: 1500 })]
const unpromised = [...makeCanaries({ seed: 1, count: 1500, unpromised: true })]
const negatives = [...makeNegatives({ seed: 1, count: 300 })]

function sample(rule: string, secret: string, before = 'key='): Sample {
  return { rule, kind: 'format', syntax: `${before}{s}`, sample: `${before}${secret}`, secret }
}

/** Knows the secret, and takes nothing else out, in whatever form it is written. */
function perfect({ text, secret, also }: Canary): string {
  const forms = [secret, ...also].flatMap(searchForms).map(({ bytes }) => bytes.toString())
  const longestFirst = forms.filter((form) => form.length > 3).toSorted((a, b) => b.length - a.length)
  return longestFirst.reduce((masked, form) => masked.replaceAll(form, '[REDACTED_API_KEY]'), text)
}

describe('recall', () => {
  test('of a sanitizer that does nothing is nothing, and it changes nothing', () => {
    expect(canaryRecall(canaries, nothing).kinds.filter(({ masked }) => masked > 0)).toEqual([])
    expect(lostSurroundings(canaries, nothing).kinds.filter(({ samples, masked }) => samples > masked)).toEqual([])
    const { kinds, kindsMasked } = falseMasks(negatives, nothing)
    expect(kindsMasked).toBe(kinds.length)
  })

  test('of nothing is nothing in the encodings that are not promised, either', () => {
    const { kinds } = canaryRecall(unpromised, nothing, ({ encoding }) => encoding)
    expect(kinds.filter(({ masked }) => masked > 0)).toEqual([])
    expect(new Set(kinds.map(({ group }) => group))).toEqual(new Set(['base64', 'hex', 'split', 'utf16', 'zero-width']))
  })

  test('can be whole while all that must stay stays: the canaries do not ask for the impossible', () => {
    for (const canary of canaries) {
      const masked = perfect(canary)
      const { kinds } = canaryRecall([canary], () => masked)
      expect(kinds[0]?.leak, canary.id).toBeUndefined()
      expect(lostSurroundings([canary], () => masked).kinds[0]?.leak, canary.id).toBeUndefined()
    }
  })

  test('of a sanitizer that masks all is whole, and nothing else stays', () => {
    const { kinds, kindsMasked } = canaryRecall(canaries, everything)
    expect(kindsMasked).toBe(kinds.length)
    expect(falseMasks(negatives, everything).kindsMasked).toBe(0)
  })

  test('of a kind is whole only when all its samples are masked', () => {
    const samples = [sample('one', 'aaaaaaaa'), sample('one', 'bbbbbbbb'), sample('two', 'aaaaaaaa', 'name: ')]
    const { kinds, kindsMasked } = sampleRecall(samples, (text) => text.replace('aaaaaaaa', '*'))
    expect(kindsMasked).toBe(1)
    expect(kinds).toMatchObject([
      { kind: 'one', samples: 2, masked: 1, leak: { left: 'key=bbbbbbbb' } },
      { kind: 'two', samples: 1, masked: 1 },
    ])
  })

  test('is not whole where the second half of a secret is left', () => {
    const secret = 'abcdefghijklmnopqrstuvwxyz'
    expect(sampleRecall([sample('one', secret)], (text) => text.replace('abcdefghijklm', '*')).kindsMasked).toBe(0)
    expect(sampleRecall([sample('one', secret)], (text) => text.replace(secret.slice(4), '*')).kindsMasked).toBe(1)
  })

  test('of a value under a telling key may be reached by its key alone', () => {
    const byKey = (text: string, key?: string) => (key === undefined ? text : '*')
    const { kinds } = canaryRecall(canaries, byKey)
    const whole = kinds.filter(({ samples, masked }) => samples === masked)
    expect(new Set(whole.map(({ group }) => group))).toEqual(new Set(['named by key', 'identity by key']))
  })
})

test('the table has a line for each group, and a leak of each kind where they are asked for', () => {
  const result = measured({ samples: [sample('one', 'aaaaaaaa')], canaries, unpromised, negatives }, nothing)
  const table = tableOf(result, false)
  expect(table).toMatch(/^ {2}format +0 of +1 \(0\.00 %\) kinds, +0 of +1 \(0\.00 %\) texts$/m)
  expect(table).not.toContain('aaaaaaaa')
  expect(tableOf(result, true)).toContain('one: 1 of 1, e.g. "key=aaaaaaaa"')
})
