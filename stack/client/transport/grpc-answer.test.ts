import { Metadata, status } from '@grpc/grpc-js'
import { expect, test } from 'vitest'
import { encodeRetryInfo } from '../../../core/otlp/retry-info.ts'
import { grpcAnswer } from './grpc-answer.ts'

/** What a server's trailers leave behind; grpc-js makes up failures without any. */
const fromServer = new Metadata()
fromServer.set('content-type', 'application/grpc')

function failure(code: status, details = 'no', metadata = fromServer) {
  return Object.assign(new Error(`${code} ${status[code]}: ${details}`), { code, details, metadata })
}

const { INVALID_ARGUMENT, UNKNOWN, INTERNAL, FAILED_PRECONDITION, RESOURCE_EXHAUSTED, UNAVAILABLE } = status

const others = [
  ...[status.CANCELLED, status.DEADLINE_EXCEEDED, status.NOT_FOUND, status.ALREADY_EXISTS, status.PERMISSION_DENIED],
  ...[RESOURCE_EXHAUSTED, status.ABORTED, status.OUT_OF_RANGE, status.UNIMPLEMENTED, UNAVAILABLE],
  ...[status.DATA_LOSS, status.UNAUTHENTICATED],
]

test.each([
  ['rejected', [INVALID_ARGUMENT]],
  ['suspect', [UNKNOWN, INTERNAL, FAILED_PRECONDITION]],
  ['retryable', others],
] as const)('what a server says is %s for %j', (kind, codes) => {
  for (const code of codes) expect(grpcAnswer(failure(code))).toEqual({ kind, code: status[code], message: 'no' })
})

test('every status but OK has its kind', () => {
  const told = new Set<status>([INVALID_ARGUMENT, UNKNOWN, INTERNAL, FAILED_PRECONDITION, ...others])
  const all = Object.values(status).filter((code) => typeof code === 'number' && code !== status.OK)
  expect(all.filter((code) => !told.has(code as status))).toEqual([])
})

test.each([UNKNOWN, INTERNAL, FAILED_PRECONDITION])('status %i without a word from a server comes again', (code) => {
  expect(grpcAnswer(failure(code, 'Received RST_STREAM', new Metadata()))).toMatchObject({ kind: 'retryable' })
})

test.each([
  'grpc: received message larger than max (20971520 vs. 16777216)',
  'Received message larger than max (20971520 vs 4194304)',
  'Attempted to send message with a size larger than max',
  'the request is larger than max: 16777216 bytes',
  'message size exceeds limit',
  'request too large',
])('RESOURCE_EXHAUSTED because of the size is permanent: %s', (details) => {
  expect(grpcAnswer(failure(RESOURCE_EXHAUSTED, details))).toMatchObject({ kind: 'rejected', message: details })
})

test('a page that grpc-js takes for a message larger than max comes again', () => {
  const details = 'Received message larger than max (1752460652 vs 4194304)'
  expect(grpcAnswer(failure(RESOURCE_EXHAUSTED, details, new Metadata()))).toMatchObject({ kind: 'retryable' })
})

test.each([0, 1_500, 60_000])('a RetryInfo of %i ms is heeded', (afterMs) => {
  const metadata = new Metadata()
  metadata.set('grpc-status-details-bin', encodeRetryInfo({ code: UNAVAILABLE, message: 'full', afterMs }))
  expect(grpcAnswer(failure(UNAVAILABLE, 'full', metadata))).toEqual({
    kind: 'retryable',
    code: 'UNAVAILABLE',
    message: 'full',
    afterMs,
  })
})

test('details that are no RetryInfo are passed over', () => {
  const metadata = new Metadata()
  metadata.set('grpc-status-details-bin', Buffer.from('garbage'))
  expect(grpcAnswer(failure(UNAVAILABLE, 'full', metadata))).toEqual({
    kind: 'retryable',
    code: 'UNAVAILABLE',
    message: 'full',
  })
})

test.each<[unknown, string, string]>([
  [undefined, 'NO_ANSWER', 'NO_ANSWER'],
  [new Error('broken'), 'NO_ANSWER', 'broken'],
  [{ code: 'ECONNRESET' }, 'NO_ANSWER', 'NO_ANSWER'],
  [{ code: 99, details: '' }, 'gRPC 99', 'gRPC 99'],
])('what is no status of gRPC comes again: %j', (error, code, message) => {
  expect(grpcAnswer(error)).toEqual({ kind: 'retryable', code, message })
})
