import { describe, expect, test } from 'vitest'
import { makeCanaries } from '../../generators/canaries/make.ts'
import { makeNegatives } from '../../generators/canaries/negatives/make.ts'
import { measured, tableOf } from './measure.ts'
import { canaryRecall, falseMasks, lostSurroundings, sampleRecall } from './recall.ts'
import type { Sample } from './samples/sample.ts'

const nothing = (text: string) => text
const everything = () => '[REDACTED_API_KEY]'
const canaries = [...makeCanaries({ seed: 1, count: 1500 })]
const negatives = [...makeNegatives({ seed: 1, count: 300 })]

function sample(rule: string, secret: string, before = 'key='): Sample {
  return { rule, kind: 'format', syntax: `${before}{s}`, sample: `${before}${secret}`, secret }
}

describe('recall', () => {
  test('of a sanitizer that does nothing is nothing, and it changes nothing', () => {
    expect(canaryRecall(canaries, nothing).kinds.filter(({ masked }) => masked > 0)).toEqual([])
    expect(lostSurroundings(canaries, nothing).kinds.filter(({ samples, masked }) => samples > masked)).toEqual([])
    const { kinds, kindsMasked } = falseMasks(negatives, nothing)
    expect(kindsMasked).toBe(kinds.length)
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
  const result = measured({ samples: [sample('one', 'aaaaaaaa')], canaries, negatives }, nothing)
  const table = tableOf(result, false)
  expect(table).toMatch(/^ {2}format +0 of +1 \(0\.00 %\) kinds, +0 of +1 \(0\.00 %\) texts$/m)
  expect(table).not.toContain('aaaaaaaa')
  expect(tableOf(result, true)).toContain('one: 1 of 1, e.g. "key=aaaaaaaa"')
})
