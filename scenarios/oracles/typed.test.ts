import { describe, expect, test } from 'vitest'
import { strictRules } from '../evidence.ts'
import { eventRow, evidenceOf, log, offer } from '../testing/evidence.ts'
import { typedOracle } from './typed.ts'

/** What the oracle finds wrong when an event with these attributes has these typed columns. */
function wrong(
  attributes: Record<string, string>,
  columns: Record<string, string | number | boolean | null>,
): string[] {
  const record = log(1, attributes)
  const finding = typedOracle.judge(evidenceOf([offer(record)], { events: [eventRow(record, columns)] }))
  return (finding?.examples ?? []).map((text) => text.replace('api_request 1: column ', ''))
}

describe('a typed column', () => {
  test('is NULL when its attribute is missing: 0, false and the empty text are wrong', () => {
    expect(wrong({}, { cost_usd: 0 })).toEqual(['cost_usd is 0, expected null'])
    expect(wrong({}, { input_tokens: 0 })).toEqual(['input_tokens is 0, expected null'])
    expect(wrong({}, { tokens: 0 })).toEqual(['tokens is 0, expected null'])
    expect(wrong({}, { success: false })).toEqual(['success is false, expected null'])
    expect(wrong({}, { error: '' })).toEqual(['error is "", expected null'])
  })

  test('is not NULL when its attribute is there', () => {
    expect(wrong({ duration_ms: '0' }, {})).toEqual(['duration_ms is null, expected 0'])
    expect(wrong({ error: '' }, {})).toEqual(['error is null, expected ""'])
    expect(wrong({ success: 'false' }, {})).toEqual(['success is null, expected false'])
  })

  test.each([
    ['12', 12],
    ['-3', -3],
    ['12.0', 12],
    ['12.5', null],
    ['', null],
    ['a', null],
    ['9007199254740993', 9007199254740992],
    ['9223372036854775807', 2 ** 63],
    ['9223372036854775808', null],
  ])('holds the whole number %s as %s', (text, number) => {
    expect(wrong({ duration_ms: text }, { duration_ms: number })).toEqual([])
    expect(wrong({ duration_ms: text }, { duration_ms: 1 })).toHaveLength(1)
  })

  test.each([
    ['0.25', 0.25],
    ['1e-05', 0.00001],
    ['3', 3],
    ['', null],
    ['free', null],
  ])('holds the amount %s as %s', (text, number) => {
    expect(wrong({ cost_usd: text }, { cost_usd: number })).toEqual([])
  })

  test('of tokens is the sum of what was sent', () => {
    const sent = { input_tokens: '1', cache_read_tokens: '20' }
    expect(wrong(sent, { input_tokens: 1, cache_read_tokens: 20, tokens: 21 })).toEqual([])
    expect(wrong(sent, { input_tokens: 1, cache_read_tokens: 20, tokens: 1 })).toEqual(['tokens is 1, expected 21'])
  })

  test('of the estimate is a quarter of the characters, rounded up', () => {
    for (const [length, tokens] of [
      [0, 0],
      [1, 1],
      [4, 1],
      [5, 2],
    ])
      expect(
        wrong({ prompt_length: String(length) }, { prompt_length: length ?? 0, prompt_tokens_estimated: tokens ?? 0 }),
      ).toEqual([])
    expect(wrong({ prompt_length: '-1' }, { prompt_length: -1 })).toEqual([])
  })

  test('takes user and organization from the resource first, the session from the record first', () => {
    const record = log(
      1,
      { 'user.id': 'record', 'session.id': 'record' },
      { resource: { 'user.id': 'resource', 'session.id': 'resource' } },
    )
    const judged = (columns: Record<string, string>) =>
      typedOracle.judge(evidenceOf([offer(record)], { events: [eventRow(record, columns)] }))?.verdict
    expect(judged({ user_id: 'resource', session_id: 'record' })).toBe('pass')
    expect(judged({ user_id: 'record', session_id: 'record' })).toBe('fail')
    expect(judged({ user_id: 'resource', session_id: 'resource' })).toBe('fail')
  })
})

test('nothing is judged without rows, or where the rules say so', () => {
  expect(typedOracle.judge(evidenceOf([]))).toBeUndefined()
  expect(typedOracle.judge(evidenceOf([offer(log(1))], { rules: { ...strictRules, typed: false } }))).toBeUndefined()
})
