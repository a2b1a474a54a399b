// What a canary is: a private text of a known class, planted so that finding it at rest proves a leak.
import type { Draw } from './draw.ts'

/**
 * Why a text is private: by its `format` alone; by the name that stands beside it (`named`); an address, a phone number, the value
 * of a key that tells who someone is (`identity`), or a `name` that the policy lists.
 */
export type CanaryKind = 'format' | 'named' | 'email' | 'phone' | 'identity' | 'name'

/** What a class makes: a stretch of text that is private, and what of it is the private part. */
export interface Fragment {
  readonly text: string
  /** A part of `text`, which must not be found anywhere at rest, plain or encoded. */
  readonly secret: string
  /** More of the same secret that must not be found: the other lines of a key, what follows a blank or a quote in a password. */
  readonly also?: readonly string[]
  /** Parts of `text` that hold nothing private and must stay. */
  readonly keep?: readonly string[]
  /** The attribute's key, where the key is what tells that the value is private. */
  readonly key?: string
}

/** How a fragment's text reads, which decides where it can stand: one word; words on a line; several lines. */
export type Form = 'word' | 'line' | 'block'

/** One way in which something private looks. */
export interface CanaryClass {
  /** `provider/what`, for people and for lists. */
  readonly id: string
  readonly kind: CanaryKind
  readonly form: Form
  /** The value of a telling key: stands only where a value has a key of its own. */
  readonly keyed?: true
  readonly build: (draw: Draw) => Fragment
}

export interface Canary {
  /** `class/encoding/position/number`. */
  readonly id: string
  readonly class: string
  readonly kind: CanaryKind
  readonly encoding: Encoding
  readonly position: Position
  readonly context: Context
  /** The whole text to put at the position. */
  readonly text: string
  /** Only with the encoding `split`: what a second attribute holds. */
  readonly rest?: string
  /** As the class made it, before any encoding. */
  readonly secret: string
  readonly also: readonly string[]
  /** As they stand in `text`. */
  readonly keep: readonly string[]
  /** The key under which the text must stand, where the class says one. */
  readonly key?: string
}

/** What the policy promises to see through. */
export const promisedEncodings = ['plain', 'json1', 'json2', 'json3', 'url', 'single', 'double', 'backtick'] as const
/** What it does not: measured apart, so that everybody knows. */
export const unpromisedEncodings = ['base64', 'hex', 'split', 'utf16', 'zero-width'] as const
export type PromisedEncoding = (typeof promisedEncodings)[number]
export type Encoding = PromisedEncoding | (typeof unpromisedEncodings)[number]

/** Where in a request a text stands. */
export const positions = [
  'prompt',
  'prompt_text',
  'response',
  'error',
  'tool_input',
  'tool_parameters',
  'body',
  'attribute',
  'attribute key',
  'nested map',
  'nested array',
  'bytes value',
  'resource attribute',
  'scope attribute',
  'scope name',
  'metric name',
  'data point attribute',
  'exemplar attribute',
  'severity text',
] as const
export type Position = (typeof positions)[number]

/** In what kind of text a fragment stands. `bare` is nothing around it. */
export const contexts = ['prose', 'markdown', 'shell', 'json', 'yaml', 'env', 'stack trace', 'path', 'bare'] as const
export type Context = (typeof contexts)[number]
