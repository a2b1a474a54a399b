// A value in quotation marks goes to its end, whatever is in it, whatever assigns it and in whatever text it stands.
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskText } from './mask-text.ts'
import { readPolicy } from './policy.ts'

fc.configureGlobal({ seed: 1 })

const mask = maskText(
  await readPolicy(join(import.meta.dirname, 'sanitization.yaml'), 'stack/policy/sanitization.yaml'),
)

const NAMES = [
  'password',
  'DB_PASSWORD',
  'passphrase',
  'apiKey',
  'API_KEY',
  'client_secret',
  'authToken',
  'SIGNING_KEY',
]
/** What stands between a name and its value in quotation marks; `NAME` and `VALUE` stand for themselves. */
const FORMS = [
  'NAME=VALUE',
  'NAME: VALUE',
  'NAME = VALUE',
  '{"NAME":VALUE,"port":1}',
  "{'NAME': VALUE}",
  'NAME := VALUE',
  ':NAME => VALUE',
  'NAME: string = VALUE',
  'NAME?: string = VALUE;',
  'env.NAME ?? VALUE',
  'env.NAME || VALUE',
  'environ["NAME"] = VALUE',
  'connect(host, NAME=VALUE)',
  'setProperty("NAME", VALUE);',
  '- name: NAME\n  value: VALUE',
  '{"name":"NAME","value":VALUE}',
  '["NAME",VALUE]',
]
const QUOTES = ['"', "'", '`', '"""']
/** What would end a value that no quotation mark holds together. */
const MARKS = [
  ' ',
  ', ',
  ',',
  ';',
  '}',
  ')',
  '&',
  '|',
  '<',
  '#',
  '=',
  ' = ',
  '"',
  "'",
  '`',
  '\\',
  '\\n',
  ' is ',
  '%',
  '\t',
]

const escaped = (quote: string, text: string) =>
  text.replace(/[\\'"`]/g, (mark) => (mark === quote[0] || mark === '\\' ? `\\${mark}` : mark))
const inJson = (text: string) => JSON.stringify(text).slice(1, -1)
/** The texts in which the whole stands. */
const OUTER: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  json: inJson,
  'json in json': (text) => inJson(inJson(text)),
  'json in json in json': (text) => inJson(inJson(inJson(text))),
  percent: encodeURIComponent,
  ...Object.fromEntries(
    ['"', "'", '`'].map((quote) => [`in ${quote}`, (text: string) => `${quote}${escaped(quote, text)}${quote}`]),
  ),
}

/** Random as a secret is; no encoding changes it. */
const piece = fc.stringMatching(/^[A-Za-z]{3}[0-9][A-Za-z0-9]{6}$/)
const value = fc
  .tuple(piece, fc.array(fc.tuple(fc.constantFrom(...MARKS), piece), { maxLength: 4 }))
  .map(([first, rest]) => ({
    text: first + rest.map(([mark, next]) => mark + next).join(''),
    pieces: [first, ...rest.map(([, next]) => next)],
  }))

/** Four characters of a piece that are still there. */
function leftOf(pieces: readonly string[], text: string): string | undefined {
  return pieces
    .flatMap((each) => Array.from({ length: each.length - 3 }, (_, at) => each.slice(at, at + 4)))
    .find((four) => text.includes(four))
}

describe.each(Object.entries(OUTER))('in a text that is %s', (_, outer) => {
  test('nothing of a quoted value is left, and what stands around it stays', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...NAMES),
        fc.constantFrom(...FORMS),
        fc.constantFrom(...QUOTES),
        value,
        (name, form, quote, { text, pieces }) => {
          const quoted = quote + escaped(quote, text) + quote
          const [before = '', after = ''] = form.replaceAll('NAME', name).split('VALUE')
          const masked = mask(outer(`the first line\n${before}${quoted}${after}\nthe last line`))
          expect(leftOf(pieces, masked)).toBeUndefined()
          const [left = '', right = ''] = outer(`the first line\n${before}VALUE${after}\nthe last line`).split('VALUE')
          expect(masked.startsWith(left)).toBe(true)
          expect(masked.endsWith(right)).toBe(true)
        },
      ),
      { numRuns: 3_000 },
    )
  })
})
