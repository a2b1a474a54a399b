import { expect, test } from 'vitest'
import { PoisonDetector } from './poison-detector.ts'

const request = Buffer.from('a request')

test('a request is at fault at its fifth failure, with others taken in between each time', () => {
  const detector = new PoisonDetector()
  expect([1, 2, 3, 4, 5].map((taken) => detector.atFault(request, taken))).toEqual([false, false, false, false, true])
  // It is forgotten then: the same request may come again.
  expect(detector.atFault(request, 6)).toBe(false)
})

test('failures while nothing else is taken do not count, nor those of another request', () => {
  const detector = new PoisonDetector()
  for (let times = 0; times < 20; times += 1) expect(detector.atFault(request, 7)).toBe(false)
  for (let taken = 8; taken < 11; taken += 1) expect(detector.atFault(request, taken)).toBe(false)
  expect(detector.atFault(Buffer.from('another'), 11)).toBe(false)
  expect(detector.atFault(request, 11)).toBe(true)
})
