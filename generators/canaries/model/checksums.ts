// The checksums that some providers put into their tokens, so that a scanner that verifies them does not turn canaries down.
import { crc32 } from 'node:zlib'
import { alphabets } from './draw.ts'

/** The CRC32 of the text as six base62 digits: the end of a token of GitHub's or npm's. */
export function crcBase62(text: string): string {
  let rest = crc32(text)
  let digits = ''
  for (let index = 0; index < 6; index += 1) {
    digits = (alphabets.alnum[rest % 62] ?? '0') + digits
    rest = Math.floor(rest / 62)
  }
  return digits
}

/** The CRC32 of the text as eight hexadecimal digits: the end of a token of Grafana's. */
export function crcHex(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}

const CHARSET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const

function polymod(values: readonly number[]): number {
  let check = 1
  for (const value of values) {
    const top = check >>> 25
    check = ((check & 0x1ffffff) << 5) ^ value
    GENERATOR.forEach((term, bit) => {
      if ((top >>> bit) & 1) check ^= term
    })
  }
  return check >>> 0
}

/** A text in Bech32 (BIP 173): the form of an age key. @param prefix in lower case */
export function bech32(prefix: string, bytes: Uint8Array): string {
  const words: number[] = []
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    bits += 8
    for (; bits >= 5; bits -= 5) words.push((held >>> (bits - 5)) & 31)
  }
  if (bits > 0) words.push((held << (5 - bits)) & 31)
  const codes = [...prefix].map((letter) => letter.charCodeAt(0))
  const expanded = [...codes.map((code) => code >>> 5), 0, ...codes.map((code) => code & 31)]
  const check = polymod([...expanded, ...words, 0, 0, 0, 0, 0, 0]) ^ 1
  const checksum = [25, 20, 15, 10, 5, 0].map((shift) => (check >>> shift) & 31)
  return `${prefix}1${[...words, ...checksum].map((word) => CHARSET[word] ?? '').join('')}`
}
