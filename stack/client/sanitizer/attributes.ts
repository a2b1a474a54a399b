// What the policy wants of the texts of a request: attributes by their names, everything else as texts.
import { isUtf8 } from 'node:buffer'
import type { PolicyDocument } from './document.ts'
import { Identities } from './identities.ts'
import { Masker, ready, type Substitution } from './masker.ts'
import type { NamesRule } from './names.ts'
import { Paths } from './paths.ts'
import { hasNoText, mapBytes, textOf, type Value } from './value-text.ts'

/** What an attribute's name decides. */
export interface KeyFacts {
  readonly key: string
  /** The name as it may be stored. */
  readonly masked: string
  readonly hashed: 'always' | 'if address' | undefined
  /** The form of an attribute that no rule rewrites. */
  readonly form: RegExp | undefined
  /** The substitutions that a telling name asks for. */
  readonly told: readonly Substitution[]
  /** Whether the name decides anything about the value. */
  readonly special: boolean
  /** Whether the name leaves out its event. */
  readonly excluded: boolean
}

/** What stands in the place of a value. */
export type Replacement = string | Buffer

const MOST_KEYS = 4_096
const LONGEST_KEY = 200

export class Attributes {
  readonly #document: PolicyDocument
  readonly #masker: Masker
  readonly #identities: Identities
  readonly #paths: Paths | undefined
  readonly #keyRules: readonly { readonly key: RegExp; readonly steps: readonly Substitution[] }[]
  #facts = new Map<string, KeyFacts>()
  /** Whether a text has been seen that leaves out the event it belongs to, since this was last set to false. */
  mentionsExcluded = false

  constructor(document: PolicyDocument, options: { readonly names: NamesRule | undefined; readonly salt: string }) {
    this.#document = document
    this.#masker = new Masker(document, options.names)
    this.#identities = new Identities(options.salt)
    this.#paths = document.paths && new Paths(document.paths)
    this.#keyRules = document.keys.map(({ key, steps }) => ({
      key: new RegExp(key.source, key.flags),
      steps: steps.map(ready),
    }))
  }

  /** A text that is no attribute's. */
  text(text: string): string {
    return this.#masker.mask(text)
  }

  /** As `text`, for one by which an event may be left out. */
  eventText(text: string): string {
    this.#look(text)
    return this.#masker.mask(text)
  }

  factsOf(key: string): KeyFacts {
    let facts = this.#facts.get(key)
    if (facts === undefined) {
      facts = this.#learn(key)
      if (this.#facts.size >= MOST_KEYS) this.#facts = new Map()
      if (key.length <= LONGEST_KEY) this.#facts.set(key, facts)
    }
    if (facts.excluded) this.mentionsExcluded = true
    return facts
  }

  /** @param facts absent for a value that has no name @returns undefined when the value stays as it is */
  value(value: Value, facts?: KeyFacts): Replacement | undefined {
    if (typeof value === 'string') {
      const text = this.decide(value, facts)
      return text === value ? undefined : text
    }
    if (Buffer.isBuffer(value)) return this.#bytes(value, facts)
    if (value === null || (typeof value === 'boolean' && facts?.special !== true)) return undefined
    const inner = mapBytes(value, (bytes) => this.content(bytes))
    const text = textOf(inner)
    const decided = this.decide(text, facts)
    if (decided === text && inner === value) return undefined
    return hasNoText(value) ? '' : decided
  }

  decide(text: string, facts?: KeyFacts): string {
    this.#look(text)
    if (facts?.special !== true) return this.#masker.mask(text)
    const { key, hashed, form, told } = facts
    let decided = text
    if (hashed === 'always' || (hashed === 'if address' && text.includes('@')))
      decided = this.#identities.replace(key, text)
    if (form) return form.test(decided) ? decided : this.#identities.replace(key, decided)
    return told.length > 0 ? this.#masker.maskTold(decided, told) : this.#masker.mask(decided)
  }

  #look(text: string): void {
    if (!this.mentionsExcluded && this.#paths?.isTouchedBy(text)) this.mentionsExcluded = true
  }

  /** What is text in bytes is masked there. */
  #bytes(bytes: Buffer, facts: KeyFacts | undefined): Replacement | undefined {
    if (facts?.special === true) {
      const content = contentOf(bytes)
      const decided = this.decide(content, facts)
      return decided === content ? undefined : decided
    }
    const inner = this.content(bytes)
    const text = inner.toString('base64')
    const masked = this.#masker.mask(text)
    if (masked !== text) return masked
    return inner === bytes ? undefined : inner
  }

  /** The bytes with the text in them masked; the same when nothing of it is private. */
  content(bytes: Buffer): Buffer {
    const content = contentOf(bytes)
    const masked = this.eventText(content)
    return masked === content ? bytes : Buffer.from(masked, isUtf8(bytes) ? 'utf8' : 'latin1')
  }

  #learn(key: string): KeyFacts {
    const { hashed, hashedIfAddress, identifying } = this.#document
    const form = Object.hasOwn(identifying, key) ? new RegExp(identifying[key] ?? '') : undefined
    const hash = hashed.includes(key) ? 'always' : hashedIfAddress.includes(key) ? 'if address' : undefined
    // What tells people and events apart has no telling name.
    const told = form ? [] : this.#keyRules.filter((rule) => rule.key.test(key)).flatMap(({ steps }) => steps)
    const masked = form ? key : this.#masker.mask(key)
    const special = hash !== undefined || form !== undefined || told.length > 0
    const excluded = this.#paths?.isTouchedBy(key) === true
    return { key, masked, hashed: hash, form, told, special, excluded }
  }
}

/** As text; bytes that are no UTF-8 as characters of a byte each. */
function contentOf(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1')
}
