import { expect, test } from 'vitest'
import { encodeResponse, encodeStatus } from '../../../core/otlp/codec.ts'
import { type HttpResponse, httpAnswer } from './http-answer.ts'

// 1 s past the epoch is the time of every answer here.
const NOW_MS = 1_000

function answer(status: number, response: Partial<HttpResponse> = {}) {
  return httpAnswer({ status, contentType: '', retryAfter: undefined, body: Buffer.alloc(0), ...response }, NOW_MS)
}

const protobuf = 'application/x-protobuf'
const json = 'application/json; charset=utf-8'
const partial = { kind: 'partial', rejected: 2, message: 'too old' }
const accepted = { kind: 'accepted' }

test.each<[string, string, Buffer | string, object]>([
  ['no body', '', '', accepted],
  ['no body, called a page', 'text/html', '', accepted],
  ['a whole success in JSON', json, '{}', accepted],
  ['an empty partial success in JSON', json, '{"partialSuccess":{}}', accepted],
  ['a mere warning in JSON', json, '{"partialSuccess":{"rejectedLogRecords":"0","errorMessage":"old"}}', accepted],
  ['a mere warning in protobuf', protobuf, encodeResponse({ rejected: 0, message: 'old' }), accepted],
  ['rejected records in protobuf', protobuf, encodeResponse({ rejected: 2, message: 'too old' }), partial],
  ['rejected records in JSON', json, '{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"too old"}}', partial],
  ['rejected points in JSON', json, '{"partialSuccess":{"rejectedDataPoints":2,"errorMessage":"too old"}}', partial],
  ['rejected records without a word', json, '{"partialSuccess":{"rejectedLogRecords":2}}', { ...partial, message: '' }],
])('200 with %s is what OTLP says of it', (_, contentType, body, expected) => {
  expect(answer(200, { contentType, body: Buffer.from(body) })).toEqual(expected)
  expect(answer(202, { contentType, body: Buffer.from(body) })).toEqual(expected)
})

test.each([
  ['a page', 'text/html; charset=utf-8', '<html>please log in</html>', 'text/html'],
  ['text without a type', '', 'OK', 'something'],
  ['JSON that is none', json, '<html>', 'application/json'],
  ['protobuf that is none', protobuf, 'garbage', protobuf],
])('200 with %s is no answer of a backend: the request waits', (_, contentType, body, what) => {
  expect(answer(200, { contentType, body: Buffer.from(body) })).toEqual({
    kind: 'retryable',
    code: 'NOT_OTLP',
    message: `answered with ${what} that is no OTLP; a proxy or a login page?`,
  })
})

test.each([
  ['rejected', [400, 413, 415, 422, 431]],
  ['suspect', [500, 501, 505, 507, 599]],
  // Who sends it, where to, when, or through what: none of it is the request's fault.
  ['retryable', [101, 301, 302, 304, 401, 403, 404, 405, 407, 408, 421, 425, 429, 502, 503, 504]],
] as const)('a refusal is %s for %j', (kind, statuses) => {
  for (const status of statuses)
    expect(answer(status, { contentType: 'text/plain', body: Buffer.from(' no\n') })).toEqual({
      kind,
      code: `HTTP ${status}`,
      message: 'no',
    })
})

test.each([
  ['seconds', '7', 7_000],
  ['no seconds', '0', 0],
  ['a date', 'Thu, 01 Jan 1970 00:00:05 GMT', 4_000],
  ['a date that is past', 'Thu, 01 Jan 1970 00:00:00 GMT', 0],
])('Retry-After as %s is heeded', (_, retryAfter, afterMs) => {
  for (const status of [429, 503]) expect(answer(status, { retryAfter })).toMatchObject({ kind: 'retryable', afterMs })
})

test.each([undefined, '', 'soon'])('Retry-After that says nothing (%j) is none', (retryAfter) => {
  expect(answer(503, { retryAfter })).not.toHaveProperty('afterMs')
})

test.each<[string, string, Buffer | string, string]>([
  ['a google.rpc.Status in protobuf', protobuf, encodeStatus({ code: 3, message: 'bad time' }), 'bad time'],
  ['a google.rpc.Status in JSON', json, '{"code":3,"message":"bad time"}', 'bad time'],
  ['other JSON', json, '{"error":"bad time"}', '{"error":"bad time"}'],
  ['broken JSON', json, '{', 'HTTP 400'],
  ['broken protobuf', protobuf, 'garbage', 'HTTP 400'],
  ['a page', 'text/html', '<html>', 'HTTP 400 with a page'],
  ['a text', 'text/plain', `${'x'.repeat(600)}`, 'x'.repeat(500)],
])('the reason of a refusal is read from %s', (_, contentType, body, message) => {
  expect(answer(400, { contentType, body: Buffer.from(body) })).toMatchObject({ message })
})
