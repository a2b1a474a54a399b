import { describe, expect, test } from 'vitest'
import { strictRules } from '../model/evidence.ts'
import { nothingOffered, threeRecords } from '../testing/evidence.ts'
import { lastLineOracle } from './last-line.ts'

describe('the last line', () => {
  test('may have acted as often as the rules say, and no oftener', () => {
    expect(lastLineOracle.judge({ ...threeRecords, audited: 1 })?.verdict).toBe('fail')
    const rules = { ...strictRules, maxAudited: 1 }
    expect(lastLineOracle.judge({ ...threeRecords, rules, audited: 1 })?.verdict).toBe('pass')
    expect(lastLineOracle.judge(nothingOffered)).toBeUndefined()
  })
})
