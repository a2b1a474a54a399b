import { describe, expect, test } from 'vitest'
import { nothingOffered, threeRecords } from '../testing/evidence.ts'
import { livenessOracle } from './liveness.ts'

describe('liveness', () => {
  test('fails when the stack did not drain, and says what still moved', () => {
    const drain = { drained: false, waitedMs: 45_000.4, note: '1 of 3 rows are there and 2 items are queued' }
    expect(livenessOracle.judge({ ...threeRecords, drain })).toMatchObject({
      verdict: 'fail',
      message: 'not drained after 45000 ms',
      examples: [drain.note],
    })
    expect(livenessOracle.judge(threeRecords)?.verdict).toBe('pass')
    expect(livenessOracle.judge(nothingOffered)).toBeUndefined()
  })
})
