// Writes the texts of one session: harmless prose, look-alikes, odd scripts and, as planting asks for it, private spans.
import type { Faker } from '@faker-js/faker'
import { lookAlike } from './look-alikes.ts'
import { excludedPath, privateFragment } from './private-spans.ts'
import { joinTexts, rawOf, type Span, type Text } from './text.ts'

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
  /** What a prompt begins with: one text, or none. */
  opening(): readonly Text[]
  /** What a person asks, and what the model says to it. */
  prompt(): Text
  response(): Text
  /** The content of a file that has so many lines. */
  code(lines: number): Text
  /** A short description. */
  note(): string
  /** A harmless one for a shell; undefined where any will do. */
  command(): string | undefined
  /** Something to look for. */
  word(): string
  /** Something private, or undefined when this text stays harmless. */
  secret(make?: (faker: Faker) => Text): Text | undefined
  /** A file's path; seldom one that excludes the record. */
  path(): Span
  /** The stream for the private parts, so that planting never changes what else a session holds. */
  readonly faker: Faker
}

/** Whose text it is. */
export type TextKind = 'prompt' | 'response'

/** How the harmless part of texts is written. */
export interface Voice {
  /** With so many words. */
  sentence(words: { readonly min: number; readonly max: number }, of: TextKind): string
  /** What a prompt begins with, before its first sentence; empty where nothing does. */
  opening(): string
  /** Of the directory in which the person works. */
  file(): string
  note(): string
  /** For a shell; undefined where one of a few will do. */
  command(): string | undefined
  /** Something to look for. */
  word(): string
  /** What follows the first characters of a prompt or a response, so many as `written` says; empty where nothing does. */
  more(of: TextKind, written: number): string
  /** So many lines; undefined where the words of prose do for them. */
  code(lines: number): string | undefined
}

/** A few sentences of a dead language. @param shape draws what belongs to the shape of a session */
export function loremVoice(words: Faker, shape: Faker): Voice {
  return {
    sentence: (length) => words.lorem.sentence(length),
    opening: () => 'please',
    file: () => words.helpers.arrayElement(files),
    note: () => shape.lorem.words(3),
    command: () => undefined,
    word: () => 'const',
    more: () => '',
    code: () => undefined,
  }
}

const probabilities = {
  none: { secret: 0, excluded: 0 },
  some: { secret: 0.15, excluded: 0.03 },
  dense: { secret: 0.85, excluded: 0.2 },
} as const satisfies Record<Planting, { secret: number; excluded: number }>

/** `words` draws the harmless text and `hidden` the private one: planting changes only what is planted. */
export function textMaker(words: Faker, hidden: Faker, planting: Planting, voice: Voice): TextMaker {
  const chance = probabilities[planting]
  const secret: TextMaker['secret'] = (make = privateFragment) =>
    hidden.datatype.boolean(chance.secret) ? make(hidden) : undefined
  const path = (): Span => {
    const file = voice.file()
    return hidden.datatype.boolean(chance.excluded) ? excludedPath(hidden) : `/home/dev/app/${file}`
  }
  const prose = (of: TextKind = 'prompt'): Text => {
    const parts: Text[] = [[voice.sentence({ min: 3, max: 12 }, of)]]
    if (words.datatype.boolean(0.3)) parts.push([lookAlike(words)])
    const first = secret()
    if (first !== undefined) parts.push(first)
    if (words.datatype.boolean(0.15)) parts.push([words.helpers.arrayElement(odd)])
    const second = planting === 'dense' ? secret() : undefined
    if (second !== undefined) parts.push(second)
    if (words.datatype.boolean(0.4)) parts.push([voice.sentence({ min: 2, max: 8 }, of)])
    return joinTexts(parts, words.datatype.boolean(0.2) ? '\n' : ' ')
  }
  const long = (of: TextKind): Text => {
    const first = prose(of)
    const more = voice.more(of, rawOf(first).length)
    return more === '' ? first : joinTexts([first, [more]], '\n\n')
  }
  return {
    prose: () => prose(),
    opening: () => {
      const word = voice.opening()
      return word === '' ? [] : [[word]]
    },
    prompt: () => long('prompt'),
    response: () => long('response'),
    code: (lines) => {
      const code = voice.code(lines)
      if (code === undefined) return ['let a = 1;\nconst s = "π";\n', ...prose()]
      const comment = secret()
      return comment === undefined ? [code] : [code, '// ', ...comment, '\n']
    },
    note: () => voice.note(),
    command: () => voice.command(),
    word: () => voice.word(),
    secret,
    path,
    faker: hidden,
  }
}
