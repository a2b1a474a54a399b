import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRequest } from '../../core/otlp/codec.ts'
import { makeRequestTemplate } from './request-template.ts'

const options = { seed: 7, index: 1, startMs: Date.parse('2026-01-01T00:00:00Z'), events: 40 }
const stencil = makeRequestTemplate(options)

test('copies differ in their session alone, and hold as many records as wanted', () => {
  const first = JSON.stringify(decodeRequest('logs', stencil.request(0)))
  expect(first.match(/"timeUnixNano"/g)).toHaveLength(options.events)
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 31 - 1 }), (number) => {
      const copy = JSON.stringify(decodeRequest('logs', stencil.request(number)))
      expect(copy.replaceAll(stencil.sessionId(number), stencil.sessionId(0))).toBe(first)
      expect(stencil.sessionId(number).startsWith(stencil.sessionPrefix)).toBe(true)
    }),
  )
})

test('sessions of different copies and stencils are different', () => {
  const other = makeRequestTemplate({ ...options, index: 2 })
  const ids = [0, 1, 255, 256].flatMap((number) => [stencil.sessionId(number), other.sessionId(number)])
  expect(new Set(ids).size).toBe(ids.length)
})

test('a request is a buffer of its own', () => {
  const one = stencil.request(1)
  stencil.request(2).fill(0)
  expect(stencil.request(1)).toEqual(one)
})

test('the same seed makes the same stencil, and a session that is too short is refused', () => {
  expect(makeRequestTemplate(options).request(3)).toEqual(stencil.request(3))
  expect(() => makeRequestTemplate({ ...options, events: 100_000 })).toThrow(/has only \d+ events/)
})
