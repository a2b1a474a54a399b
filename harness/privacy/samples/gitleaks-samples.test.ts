import { describe, expect, test } from 'vitest'
import { MachineError, messageOf } from '../../../core/errors.ts'
import { gitleaksSamples } from './gitleaks-samples.ts'
import { kindOf, readKinds } from './kinds.ts'
import type { Sample } from './sample.ts'

const kinds = await readKinds()
// Where Go or its modules cannot be had, nothing can be said: the reason stands in the test's name.
const got = await gitleaksSamples(1, () => {}).catch((error: unknown) => {
  if (error instanceof MachineError) return messageOf(error)
  throw error
})
const samples: readonly Sample[] = typeof got === 'string' ? [] : got
const reason = typeof got === 'string' ? ` (${got})` : ''

test('a rule is of one kind only, and an unknown one is a mistake', () => {
  const all = [...kinds.format, ...kinds.named, ...Object.keys(kinds.left_out)]
  expect(new Set(all).size).toBe(all.length)
  expect(kindOf(kinds, 'github-pat')).toBe('format')
  expect(kindOf(kinds, 'generic-api-key')).toBe('named')
  expect(kindOf(kinds, 'jwt-base64')).toBeUndefined()
  expect(() => kindOf(kinds, 'no-such-rule')).toThrow('does not say what kind no-such-rule is')
})

describe.skipIf(reason !== '')(`the samples of gitleaks${reason}`, () => {
  test('are of every kind that the list names', () => {
    expect([...new Set(samples.map(({ rule }) => rule))].toSorted()).toEqual(
      [...kinds.format, ...kinds.named].toSorted(),
    )
  })

  test('hold their secret, no two are the same', () => {
    expect(samples.filter(({ sample, secret }) => secret.length < 8 || !sample.includes(secret))).toEqual([])
    expect(new Set(samples.map(({ rule, sample, secret }) => `${rule}\0${sample}\0${secret}`)).size).toBe(
      samples.length,
    )
  })

  test('are ten or more of each kind, and of each kind and syntax but where the rule itself takes no other', () => {
    const few = [...Map.groupBy(samples, ({ rule }) => rule)].filter(([, some]) => some.length < 10)
    expect(few.map(([rule]) => rule)).toEqual([])
    const bySyntax = [...Map.groupBy(samples, ({ rule, syntax }) => `${rule}\0${syntax}`).values()]
    const whole = bySyntax.filter((some) => some.length >= 10).length
    expect(whole / bySyntax.length).toBeGreaterThan(0.95)
  })

  test('of a format stand in prose without a name, too', () => {
    const bare = new Set(samples.filter(({ syntax }) => syntax.startsWith('The value was')).map(({ rule }) => rule))
    expect(kinds.format.filter((rule) => bare.has(rule)).length).toBeGreaterThan(100)
  })

  // It runs the whole program again: seconds, more on a busy machine.
  test('are the same for a seed', { timeout: 120_000 }, async () => {
    expect(await gitleaksSamples(1, () => {})).toEqual(samples)
  })
})
