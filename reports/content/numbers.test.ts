// Numbers as people read them, at the edges.
import { expect, test } from 'vitest'
import { formatBytes, formatCores, formatCount, formatDuration, plural } from './numbers.ts'

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [999.6, '1.0 s'],
  [59_949, '59.9 s'],
  [59_960, '1 min 00 s'],
  [245_000, '4 min 05 s'],
  [3_599_600, '1 h 00 min'],
  [7_620_000, '2 h 07 min'],
])('%d ms reads as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [256 * 1024 ** 2, '256 MiB'],
  [1.5 * 1024 ** 3, '1.5 GiB'],
  [1024 ** 3 - 1, '1 GiB'],
])('%d bytes read as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test('counts and cores agree with their nouns', () => {
  expect([plural(1, 'event'), plural(2, 'event'), formatCount(1_284_332)]).toEqual(['1 event', '2 events', '1,284,332'])
  expect([formatCores(1), formatCores(0.254)]).toEqual(['1 core', '0.25 cores'])
})
