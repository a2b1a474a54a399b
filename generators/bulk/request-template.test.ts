import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRequest } from '../../core/otlp/codec.ts'
import { isLogsRequest, type LogRecord } from '../../core/otlp/otlp.ts'
import { COPY_MARK } from './copies.ts'
import { makeRequestTemplate } from './request-template.ts'

const options = { seed: 7, index: 3, startMs: Date.parse('2026-01-01T00:00:00Z'), events: 40 }
const template = makeRequestTemplate(options)
const numbers = fc.integer({ min: 0, max: 2 ** 41 })

function recordsOf(bytes: Buffer): readonly LogRecord[] {
  const request = decodeRequest('logs', bytes)
  if (!isLogsRequest(request)) throw new Error('no logs')
  return request.resourceLogs.flatMap(({ scopeLogs = [] }) => scopeLogs.flatMap(({ logRecords = [] }) => logRecords))
}

/** A copy with the mark for its own characters, and its times set back. */
function blank(number: number): string {
  const tail = template.sessionId(number).slice(-COPY_MARK.length)
  const shift = BigInt(number) * 1_000_000n
  const back = recordsOf(template.request(number)).map((record) => ({
    ...record,
    timeUnixNano: String(BigInt(record.timeUnixNano ?? 0) - shift),
    observedTimeUnixNano: String(BigInt(record.observedTimeUnixNano ?? 0) - shift),
    attributes: (record.attributes ?? []).map(({ key, value }) =>
      key === 'event.timestamp' && 'stringValue' in value
        ? { key, value: { stringValue: new Date(Date.parse(value.stringValue) - number).toISOString() } }
        : { key, value },
    ),
  }))
  return JSON.stringify(back).replaceAll(tail, COPY_MARK)
}

const first = blank(0)

test('the official messages decode every copy, and but for what is its own it is the first one', () => {
  expect(recordsOf(template.request(0))).toHaveLength(options.events)
  fc.assert(
    fc.property(numbers, (number) => {
      expect(blank(number)).toBe(first)
    }),
  )
})

test('what is expected is what is sent, with the same mark', () => {
  const sent = JSON.parse(first) as LogRecord[]
  for (const [index, { timeUnixNano, attributes }] of template.expected.entries()) {
    expect(sent[index]?.timeUnixNano).toBe(timeUnixNano)
    for (const { key, value } of sent[index]?.attributes ?? [])
      if ('stringValue' in value) expect([key, attributes[key]]).toEqual([key, value.stringValue])
  }
})

test('no record of one copy is in another: its ids, its times and its longer texts are its own', () => {
  fc.assert(
    fc.property(fc.uniqueArray(numbers, { minLength: 2, maxLength: 2 }), ([one = 0, other = 1]) => {
      const idsOf = (number: number) =>
        recordsOf(template.request(number)).flatMap(({ timeUnixNano, attributes = [] }) =>
          attributes
            .filter(({ key }) =>
              /^(?:session\.id|prompt\.id|tool_use_id|.*request_id|message\.uuid|prompt|response)$/.test(key),
            )
            .map(({ key, value }) => `${key} ${JSON.stringify(value)}`)
            .filter((text) => text.length > 60 || !/^(?:prompt|response) /.test(text))
            .concat(`${timeUnixNano}`),
        )
      const there = new Set(idsOf(other).filter((text) => !/^\d+$/.test(text)))
      expect(idsOf(one).filter((text) => there.has(text))).toEqual([])
    }),
    { numRuns: 30 },
  )
})

test('sessions of different copies and templates are different', () => {
  const other = makeRequestTemplate({ ...options, index: 2 })
  const ids = [0, 1, 255, 256].flatMap((number) => [template.sessionId(number), other.sessionId(number)])
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
})

test('a request is a buffer of its own', () => {
  const one = template.request(1)
  template.request(2).fill(0)
  expect(template.request(1)).toEqual(one)
})

test('a copy that is made out of another one is no different', () => {
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 1, maxLength: 5 }), numbers, (before, number) => {
      let copy: Buffer | undefined
      for (const each of before) copy = template.request(each, copy)
      expect(template.request(number, copy).equals(template.request(number))).toBe(true)
    }),
  )
})

test('the same seed makes the same template, and a session that is too short is refused', () => {
  expect(makeRequestTemplate(options).request(3)).toEqual(template.request(3))
  expect(() => makeRequestTemplate({ ...options, events: 100_000 })).toThrow(/has only \d+ events/)
})
