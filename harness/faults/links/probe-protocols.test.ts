import { describe, expect, test } from 'vitest'
import { conversationOf } from './probe-protocols.ts'

const passwords = { admin: 'a', ingest: 'secret', analyst: 'c' }
const of = (link: Parameters<typeof conversationOf>[1]) => conversationOf({ passwords }, link)

/** A server's hello of ClickHouse's native protocol, with numbers of one, one and three bytes. */
const hello = Buffer.concat([Buffer.from([0, 10]), Buffer.from('ClickHouse'), Buffer.from([26, 4, 0xd8, 0xa9, 0x03])])
const ack = Buffer.from([0, 0, 0, 4, 1, 0, 0, 0, 0])
const page = Buffer.from('HTTP/1.1 404 Not Found\r\nContent-Length: 19\r\n\r\n404 page not found\n')

describe.each([
  ['clickhouse', hello, Buffer.from([4])],
  ['otlp-grpc', Buffer.from([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0x40, 0]), ack],
  ['otlp-http', Buffer.alloc(0), page],
] as const)('on %s', (link, first, answer) => {
  const conversation = of(link)

  test('every answer counts, and nothing else', () => {
    expect(conversation.answered(Buffer.alloc(0))).toBe(0)
    expect(conversation.answered(first)).toBe(0)
    expect(conversation.answered(Buffer.concat([first, answer, answer, answer]))).toBe(3)
    expect(conversation.answered(Buffer.concat([first, answer, answer.subarray(0, -1)]))).toBe(1)
  })

  test('each further question is as long as it says', () => {
    const { request, bytesOfRound } = conversation
    expect(request(7).length - request(4).length).toBe(3 * bytesOfRound.upstream)
  })
})

test('half a greeting of ClickHouse holds no answer, though its version looks like one', () => {
  for (let length = 0; length <= hello.length; length += 1)
    expect(of('clickhouse').answered(hello.subarray(0, length))).toBe(0)
})

test('an exception of ClickHouse is no answer', () => {
  expect(of('clickhouse').answered(Buffer.from([2, 4, 4, 4, 4]))).toBe(0)
})
