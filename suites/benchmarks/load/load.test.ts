import { expect, test } from 'vitest'
import { makeRequestTemplate } from '../../../generators/bulk/request-template.ts'
import { childrenIn, cpuOf } from './cpu-of.ts'
import { generatorsOf } from './generators.ts'

test('our records have fifteen attributes or more, as those of the other generator', () => {
  const { expected } = makeRequestTemplate({ seed: 1, index: 3, startMs: 1_800_000_000_000, events: 400 })
  for (const { attributes } of expected) expect(Object.keys(attributes).length).toBeGreaterThanOrEqual(10)
  const sizes = expected.map(({ attributes }) => Object.keys(attributes).length)
  expect(sizes.reduce((sum, size) => sum + size, 0) / sizes.length).toBeGreaterThanOrEqual(15)
})

test('the CPU time is that of the program, not of the shell around it', () => {
  expect(childrenIn('0m0.01s 0m0.02s\n1m2.50s 0m0.25s\n')).toBe(62.75)
  expect(childrenIn('0m0,01s 0m0,02s\n0m2,50s 0m0,25s\n')).toBe(2.75)
  expect(() => childrenIn('nothing')).toThrow('not the output of times')
})

test('a program that fails gives no figure', async () => {
  await expect(cpuOf(['false'])).rejects.toThrow('false ended with code 1')
  expect((await cpuOf(['true'])).cpuSeconds).toBeGreaterThanOrEqual(0)
})

test('each is told where to send, and how much', () => {
  for (const { command, records } of generatorsOf('telemetrygen')) {
    const words = command({ grpc: 1111, http: 2222 })
    expect(words.join(' ')).toMatch(/127\.0\.0\.1:(?:1111|2222)/)
    expect(words).toContain(String(records))
  }
})
