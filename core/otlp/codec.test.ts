import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRequest, decodeResponse, encodeRequest, encodeResponse } from './codec.ts'
import { anyLogsRequest, everyKindOfMetric } from './testing/requests.ts'

test('decoding what was encoded gives the same log records, for every kind of value', () => {
  fc.assert(
    fc.property(anyLogsRequest, (request) => {
      expect(decodeRequest('logs', encodeRequest(request))).toEqual(request)
    }),
  )
})

test('decoding what was encoded gives the same metrics, for every kind of metric', () => {
  expect(decodeRequest('metrics', encodeRequest(everyKindOfMetric))).toEqual(everyKindOfMetric)
})

test('integers given as numbers are encoded like those given as strings', () => {
  const request = (intValue: string | number) => ({
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { intValue } }] }] }],
  })
  expect(encodeRequest(request(42))).toEqual(encodeRequest(request('42')))
})

test('an answer tells its partial success, and nothing when all was taken', () => {
  expect(decodeResponse(encodeResponse({ rejected: 3, message: 'too old' }))).toEqual({
    rejected: 3,
    message: 'too old',
  })
  expect(decodeResponse(encodeResponse())).toBeUndefined()
  expect(decodeResponse(encodeResponse({ rejected: 0, message: 'only a warning' }))).toBeUndefined()
})
