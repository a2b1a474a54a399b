import { describe, expect, test } from 'vitest'
import { nothingOffered, threeRecords } from '../testing/evidence.ts'
import { privacyOracle } from './privacy.ts'

describe('privacy', () => {
  test('one leaked text fails and is named', () => {
    const leaks = ['logs_raw: 1 rows hold "hunter2"']
    expect(privacyOracle.judge({ ...threeRecords, leaks })).toMatchObject({ verdict: 'fail', examples: leaks })
    expect(privacyOracle.judge(threeRecords)?.verdict).toBe('pass')
  })

  test('says nothing where nothing was planted', () => {
    expect(privacyOracle.judge(nothingOffered)).toBeUndefined()
  })
})
