import { describe, expect, test } from 'vitest'
import { MachineError, messageOf } from '../../../core/errors.ts'
import { presidioSamples, samplesFrom } from './presidio-samples.ts'
import type { Sample } from './sample.ts'

const got = await presidioSamples(1, () => {}).catch((error: unknown) => {
  if (error instanceof MachineError) return messageOf(error)
  throw error
})
const samples: readonly Sample[] = typeof got === 'string' ? [] : got
const reason = typeof got === 'string' ? ` (${got})` : ''

test('a sentence is filled with a value of its kind, line breaks are real, and other blanks hold other things', () => {
  const [first, ...rest] = samplesFrom(['Write to {{email}}\\nor {{email}}, {{person}}', 'Nothing of {{person}}'], 1)
  expect(rest).toHaveLength(11)
  expect(first?.sample).toMatch(/^Write to \S+@\S+\nor \S+@\S+, \S+ \S+/)
  expect(first?.secret).toBe(/^Write to (\S+)/.exec(first?.sample ?? '')?.[1])
  expect(first).toMatchObject({ rule: 'email', kind: 'email' })
})

test('numbers are of several countries, in three styles each', () => {
  const rules = new Set(samplesFrom(['Call {{phone_number}}'], 1).map(({ rule }) => rule))
  expect(rules.size).toBe(27)
  expect(samplesFrom(['Call {{phone_number}}'], 1)).toEqual(samplesFrom(['Call {{phone_number}}'], 1))
})

describe.skipIf(reason !== '')(`the sentences of presidio-evaluator${reason}`, () => {
  test('are filled, each with its private part in it', () => {
    expect(samples.length).toBeGreaterThan(400)
    expect(samples.filter(({ sample, secret }) => !sample.includes(secret) || sample.includes('{{'))).toEqual([])
    expect(new Set(samples.map(({ kind }) => kind))).toEqual(new Set(['email', 'phone']))
    expect(new Set(samples.map(({ syntax }) => syntax)).size).toBeGreaterThan(12)
  })
})
