import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeStatus } from './codec.ts'
import { decodeRetryInfo, encodeRetryInfo } from './retry-info.ts'

test('the wait that was encoded is the wait that is read, to the millisecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.nat(16), fc.string(), (afterMs, code, message) => {
      expect(decodeRetryInfo(encodeRetryInfo({ code, message, afterMs }))).toBe(afterMs)
    }),
  )
})

test('details as other implementations write them are read', () => {
  // google.rpc.Status {code: 14, details: [RetryInfo {retry_delay: {seconds: 2, nanos: 500000000}}]}, by hand.
  const typeUrl = 'type.googleapis.com/google.rpc.RetryInfo'
  const retryInfo = Buffer.from([0x0a, 0x08, 0x08, 0x02, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01])
  const any = Buffer.concat([
    Buffer.from([0x0a, typeUrl.length]),
    Buffer.from(typeUrl),
    Buffer.from([0x12, retryInfo.length]),
    retryInfo,
  ])
  expect(decodeRetryInfo(Buffer.concat([Buffer.from([0x08, 14, 0x1a, any.length]), any]))).toBe(2_500)
})

test('details without a wait, and what are no details, say nothing', () => {
  expect(decodeRetryInfo(encodeStatus({ code: 14, message: 'come again' }))).toBeUndefined()
  expect(decodeRetryInfo(Buffer.alloc(0))).toBeUndefined()
  expect(decodeRetryInfo(Buffer.from('no protobuf'))).toBeUndefined()
})
