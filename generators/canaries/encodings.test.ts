import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode, encodePart, jsonEscaped } from './encodings.ts'
import { searchForms } from './search-forms.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 60 })

test.each(['plain', 'url', 'single', 'double', 'backtick', 'base64', 'hex', 'utf16'] as const)(
  '%s can be read again',
  (encoding) => {
    fc.assert(
      fc.property(text, (original) => {
        expect(decode(encoding, encode(encoding, original))).toBe(original)
      }),
    )
  },
)

test('a part of a text stands in the encoded text as encodePart says', () => {
  fc.assert(
    fc.property(
      text,
      text,
      text,
      fc.constantFrom('plain', 'url', 'single', 'double', 'backtick'),
      (before, part, after, encoding) => {
        expect(encode(encoding, before + part + after)).toContain(encodePart(encoding, part))
      },
    ),
  )
})

test('zero-width characters leave no four letters of a word together', () => {
  expect(encode('zero-width', 'secret-word1')).toBe('sec\u200bret-wor\u200bd1')
})

test('the forms of a secret find it wherever it was put, whatever stands around it', () => {
  const secret = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 40 })
  const wrap: ((whole: string, depth: number) => Buffer)[] = [
    (whole) => Buffer.from(whole),
    (whole, depth) => Buffer.from(jsonEscaped(whole, depth)),
    (whole) => Buffer.from(encodeURIComponent(whole)),
    (whole) => Buffer.from(Buffer.from(whole).toString('base64')),
    (whole) => Buffer.from(Buffer.from(whole).toString('base64url')),
    (whole) => Buffer.from(Buffer.from(whole).toString('hex').toUpperCase()),
    (whole) => Buffer.from(whole, 'utf16le'),
    (whole, depth) => Buffer.from(jsonEscaped(encode('single', whole), depth)),
  ]
  fc.assert(
    fc.property(
      text,
      secret,
      text,
      fc.constantFrom(...wrap),
      fc.integer({ min: 1, max: 3 }),
      (before, hidden, after, put, depth) => {
        const bytes = put(before + hidden + after, depth)
        expect(searchForms(hidden).some((form) => bytes.includes(form.bytes))).toBe(true)
      },
    ),
  )
})

test('the plain form comes first and no form twice', () => {
  const forms = searchForms('p"a\\ss w0rd/')
  expect(forms[0]?.name).toBe('plain')
  expect(new Set(forms.map(({ bytes }) => bytes.toString('latin1'))).size).toBe(forms.length)
})
