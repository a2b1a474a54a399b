// The forms in which a secret may lie at rest: every one of them found anywhere is a leak.
import { jsonEscaped } from './encodings.ts'

/** How a text was found to be written. */
export interface SearchForm {
  readonly name: string
  /** UTF-8, but for UTF-16. */
  readonly bytes: Buffer
}

/** All the forms to look for, the plain one first, none twice. */
export function searchForms(secret: string): SearchForm[] {
  const utf8 = Buffer.from(secret)
  const texts: [string, string][] = [
    ['plain', secret],
    ['json-1', jsonEscaped(secret, 1)],
    ['json-2', jsonEscaped(secret, 2)],
    ['json-3', jsonEscaped(secret, 3)],
    ...(['"', "'", '`'] as const).flatMap((quote) => quotedForms(quote, secret)),
    ['url', encodeURIComponent(secret)],
    ['url-form', encodeURIComponent(secret).replaceAll('%20', '+')],
    ['url-lower', encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase())],
    ['hex', utf8.toString('hex')],
    ['hex-upper', utf8.toString('hex').toUpperCase()],
    ...([0, 1, 2] as const).flatMap((offset): [string, string][] => {
      const text = base64At(utf8, offset)
      return [
        [`base64-${offset}`, text],
        [`base64url-${offset}`, text.replaceAll('+', '-').replaceAll('/', '_')],
        [`base64-${offset}-url`, encodeURIComponent(text)],
      ]
    }),
  ]
  const forms = new Map<string, string>()
  for (const [name, text] of texts) if (text !== '' && !forms.has(text)) forms.set(text, name)
  return [
    ...[...forms].map(([text, name]) => ({ name, bytes: Buffer.from(text) })),
    { name: 'utf-16le', bytes: Buffer.from(secret, 'utf16le') },
  ]
}

/** Inside a quote of a language that escapes with a backslash, and that inside JSON. */
function quotedForms(quote: string, secret: string): [string, string][] {
  const quoted = secret.replace(/[\\'"`]/g, (mark) => (mark === quote || mark === '\\' ? `\\${mark}` : mark))
  return [0, 1, 2, 3].map((depth) => [`quoted-${depth}`, jsonEscaped(quoted, depth)])
}

/**
 * The characters of base64 that the secret alone decides, when it begins so many bytes after a multiple of three: those that it shares with
 * what stands before or after it are left out.
 */
function base64At(secret: Buffer, offset: 0 | 1 | 2): string {
  const whole = Buffer.concat([Buffer.alloc(offset), secret])
  const first = Math.ceil((offset * 8) / 6)
  const last = Math.floor((whole.length * 8) / 6)
  return whole.toString('base64').slice(first, last)
}
