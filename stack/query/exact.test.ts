// What is read and written again is the same number, to the last digit, whatever number it is.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseExactly, stringifyExactly } from './exact.ts'

test('a whole number of any size comes out as it came in', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 255n), max: 2n ** 256n }), (number) => {
      const [read] = parseExactly<[number | bigint]>(`[${number}]`)
      expect(BigInt(read)).toBe(number)
      expect(stringifyExactly({ read })).toBe(`{\n  "read": ${number}\n}`)
    }),
  )
})

test('a float is the same float', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      expect(parseExactly<unknown[]>(`[${number}]`).map(Number)).toEqual([Object.is(number, -0) ? 0 : number])
    }),
  )
})

test('a decimal with more digits than a float has is their text', () => {
  const decimal = fc.stringMatching(/^[1-9]\d{9}\.\d{9}[1-9]$/)
  fc.assert(
    fc.property(decimal, (text) => {
      expect(parseExactly(`{"a":${text}}`)).toEqual({ a: text })
    }),
  )
})
