import { describe, expect, test } from 'vitest'
import { canaryClasses } from '../classes/index.ts'
import { makeCanaries } from '../make.ts'
import { bech32, crcBase62, crcHex } from './checksums.ts'

test('CRC32 in base62 has six digits, the highest first', () => {
  // The CRC32 of the check value of every description of it, 0xcbf43926 = 3421780262.
  const value = [...crcBase62('123456789')].reduce(
    (sum, digit) => sum * 62 + '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.indexOf(digit),
    0,
  )
  expect(value).toBe(0xcbf43926)
  expect(crcBase62('123456789')).toHaveLength(6)
  expect(crcHex('123456789')).toBe('cbf43926')
})

test('Bech32 makes the example of BIP 173', () => {
  // The program of its example address, without the version in front of it.
  expect(bech32('abcdef', Buffer.alloc(0))).toMatch(/^abcdef1[a-z0-9]{6}$/)
  expect(bech32('a', Buffer.alloc(0))).toBe('a12uel5l')
})

describe('tokens', () => {
  const tokenOf = (id: string) => {
    const classes = canaryClasses.filter((one) => one.id === id)
    return [...makeCanaries({ seed: 5, count: 1, classes })][0]?.secret ?? ''
  }

  test.each([
    ['github/ghp', 40],
    ['npm/access', 40],
    ['aws/access-key-id', 20],
    ['gcp/api-key', 39],
    ['age/secret-key', 74],
    ['anthropic/api-key', 108],
    ['telegram/bot', 46],
  ])('%s has %i characters, as documented', (id, length) => {
    expect(tokenOf(id)).toHaveLength(length)
  })

  test("GitHub's and npm's end with the checksum of what stands between", () => {
    for (const id of ['github/ghp', 'github/ghs', 'npm/access']) {
      const token = tokenOf(id)
      expect(token.slice(4)).toBe(token.slice(4, 34) + crcBase62(token.slice(4, 34)))
    }
  })
})
