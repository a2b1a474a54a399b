import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type JsonNode, joinTexts, jsonText, rawOf, storedOf, type Text } from './text.ts'

const span = fc.oneof(fc.string(), fc.record({ private: fc.string(), stored: fc.string() }))
const text = fc.array(span)

test('JSON with texts in it is the JSON of what the texts say, sent and stored', () => {
  fc.assert(
    fc.property(text, fc.string(), fc.integer(), (given: Text, literal, number) => {
      const node: JsonNode = { a: { text: given }, list: [{ text: given }, literal, number, null, true] }
      const plain = (say: string) => JSON.stringify({ a: say, list: [say, literal, number, null, true] })
      expect(rawOf(jsonText(node))).toBe(plain(rawOf(given)))
      expect(storedOf(jsonText(node))).toBe(plain(storedOf(given)))
    }),
  )
})

test('JSON inside JSON inside JSON keeps the spans apart', () => {
  const secret: Text = ['{"token":"', { private: 'a\\b', stored: '***' }, '"}']
  const nested = jsonText({ outer: { text: jsonText({ inner: { text: secret } }) } })
  expect(JSON.parse(JSON.parse(JSON.parse(rawOf(nested)).outer).inner)).toEqual({ token: 'a\b' })
  expect(JSON.parse(JSON.parse(JSON.parse(storedOf(nested)).outer).inner)).toEqual({ token: '***' })
})

test('joined texts are separated by the separator', () => {
  const joined = joinTexts([['a'], [{ private: 'b', stored: '-' }], ['c']], '; ')
  expect([rawOf(joined), storedOf(joined)]).toEqual(['a; b; c', 'a; -; c'])
})
