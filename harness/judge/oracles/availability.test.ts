import { describe, expect, test } from 'vitest'
import type { Answer } from '../../../generators/batch.ts'
import { type Evidence, type Sent, strictRules } from '../model/evidence.ts'
import { answerOf, nothingOffered, threeRecords } from '../testing/evidence.ts'
import { availabilityOracle } from './availability.ts'

function sent(kind: Answer['kind'], ackMs = 5): Sent {
  return { signal: 'logs', records: 1, answer: answerOf(kind), ackMs }
}

describe('availability', () => {
  const judged = (batches: readonly Sent[], rules: Partial<Evidence['rules']> = {}) =>
    availabilityOracle.judge({ ...threeRecords, sent: batches, rules: { ...strictRules, ...rules } })

  test('bounds what is not accepted, whatever the answer was instead', () => {
    for (const kind of ['refused', 'partial', 'indeterminate'] as const) {
      expect(judged([sent('accepted'), sent(kind)])?.verdict).toBe('fail')
      expect(judged([sent('accepted'), sent(kind)], { maxRefusedBatches: 1 })?.verdict).toBe('pass')
      expect(judged([sent(kind), sent(kind)], { maxRefusedBatches: 1 })?.verdict).toBe('fail')
    }
  })

  test('names the refusals', () => {
    expect(judged([sent('accepted'), sent('refused')])).toMatchObject({
      message: '1 of 2 requests not accepted, 0 answered too late',
      examples: ['refused: queue is full'],
    })
  })

  test('bounds the time to an answer', () => {
    expect(judged([sent('accepted', 100)], { maxAckMs: 100 })?.verdict).toBe('pass')
    expect(judged([sent('accepted', 101)], { maxAckMs: 100 })).toMatchObject({
      verdict: 'fail',
      examples: ['answered after 101 ms, limit 100 ms'],
    })
  })

  test('holds for more batches than a function takes arguments', () => {
    expect(judged(Array.from({ length: 200_000 }, () => sent('accepted')))?.verdict).toBe('pass')
  })

  test('says nothing where nothing was sent', () => {
    expect(availabilityOracle.judge(nothingOffered)).toBeUndefined()
  })
})
