// Writes the texts of one session: harmless prose, look-alikes, odd scripts and, as planting asks for it, private spans.
import type { Faker } from '@faker-js/faker'
import { lookAlike } from './look-alikes.ts'
import { excludedPath, privateFragment } from './private-spans.ts'
import { joinTexts, type Span, type Text } from './text.ts'

/** How much private text stands in the texts: `none` at all, in `some` texts, or in almost every text (`dense`). */
export type Planting = 'some' | 'none' | 'dense'

const odd = [
  'naïve café, Straße, Ærø',
  '日本語のテキスト',
  'Привет, мир',
  'שלום עולם',
  'مرحبا بالعالم',
  '👩‍💻 🚀 ✅',
  'line one\nline two\n\ttabbed',
  '"quoted" and \'single\' and \\backslash\\',
  '<b>bold</b> &amp; 100% 😀',
  'e\u0301 is not \u00e9',
]

const files = [
  'src/index.ts',
  'src/server/http.ts',
  'README.md',
  'test/app.test.ts',
  'lib/parse.py',
  'cmd/main.go',
  'docs/guide.md',
]

export interface TextMaker {
  /** Prose of one to three sentences. */
  prose(): Text
  /** Something private, or undefined when this text stays harmless. */
  secret(make?: (faker: Faker) => Text): Text | undefined
  /** A file's path; seldom one that excludes the record. */
  path(): Span
  /** The stream for the private parts, so that planting never changes what else a session holds. */
  readonly faker: Faker
}

const probabilities = {
  none: { secret: 0, excluded: 0 },
  some: { secret: 0.15, excluded: 0.03 },
  dense: { secret: 0.85, excluded: 0.2 },
} as const satisfies Record<Planting, { secret: number; excluded: number }>

/** `words` draws the harmless text and `hidden` the private one: planting changes only what is planted. */
export function textMaker(words: Faker, hidden: Faker, planting: Planting): TextMaker {
  const chance = probabilities[planting]
  const secret: TextMaker['secret'] = (make = privateFragment) =>
    hidden.datatype.boolean(chance.secret) ? make(hidden) : undefined
  const path = (): Span => {
    const file = words.helpers.arrayElement(files)
    return hidden.datatype.boolean(chance.excluded) ? excludedPath(hidden) : `/home/dev/app/${file}`
  }
  const prose = (): Text => {
    const parts: Text[] = [[words.lorem.sentence({ min: 3, max: 12 })]]
    if (words.datatype.boolean(0.3)) parts.push([lookAlike(words)])
    const first = secret()
    if (first !== undefined) parts.push(first)
    if (words.datatype.boolean(0.15)) parts.push([words.helpers.arrayElement(odd)])
    const second = planting === 'dense' ? secret() : undefined
    if (second !== undefined) parts.push(second)
    if (words.datatype.boolean(0.4)) parts.push([words.lorem.sentence({ min: 2, max: 8 })])
    return joinTexts(parts, words.datatype.boolean(0.2) ? '\n' : ' ')
  }
  return { prose, secret, path, faker: hidden }
}
