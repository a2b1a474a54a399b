// A request in protobuf as the policy leaves it, on its bytes: what stays, stays exactly, with fields that nobody here knows.
import type { Signal } from '../../../core/otlp/codec.ts'
import type { Attributes, KeyFacts, Replacement } from './attributes.ts'
import { type Content, type Plan, requestPlans } from './plan.ts'
import { Fields, LENGTH_DELIMITED, Rewriting } from './wire.ts'
import { valueIn } from './wire-value.ts'

export interface Sanitized {
  /** The same bytes when nothing has changed. */
  readonly body: Buffer
  /** How many events were left out. */
  readonly excluded: number
}

/** Instead of bytes: it is left out. */
const NOTHING = Symbol('nothing')
type Change = Buffer | typeof NOTHING | undefined

const KEY = 1
const VALUE = 2
const STRING_VALUE = 1
const BYTES_VALUE = 7
const DEEPEST_UNKNOWN = 8

/** @throws RangeError when the bytes are no message */
export function sanitizeProtobuf(attributes: Attributes, signal: Signal, body: Buffer): Sanitized {
  const walk = new Walk(attributes, body)
  const changed = walk.message(0, body.length, requestPlans[signal])
  return {
    body: Buffer.isBuffer(changed) ? changed : changed === NOTHING ? Buffer.alloc(0) : body,
    excluded: walk.excluded,
  }
}

class Walk {
  readonly #attributes: Attributes
  readonly #bytes: Buffer
  excluded = 0

  constructor(attributes: Attributes, bytes: Buffer) {
    this.#attributes = attributes
    this.#bytes = bytes
  }

  /** What becomes of the message between two offsets; undefined when it stays as it is. */
  message(from: number, end: number, plan: Plan): Change {
    if (plan.unit !== undefined) this.#attributes.mentionsExcluded = false
    const fields = new Fields(this.#bytes, from, end)
    let rewriting: Rewriting | undefined
    let had = 0
    let left = 0
    while (fields.next()) {
      const planned = plan.byNumber.get(fields.number)
      if (planned?.content === 'opaque') continue
      if (planned?.holdsEvents === true) had += 1
      const change = this.#field(fields, planned?.content)
      if (planned?.holdsEvents === true && change !== NOTHING) left += 1
      if (change === undefined) continue
      rewriting ??= new Rewriting(this.#bytes, from, end)
      if (change === NOTHING) rewriting.leaveOut(fields)
      else rewriting.replace(fields, fields.number, change)
    }
    if (had > 0 && left === 0) return NOTHING
    if (plan.unit !== undefined && this.#attributes.mentionsExcluded) {
      this.#attributes.mentionsExcluded = false
      if (plan.unit === 'event') this.excluded += 1
      return NOTHING
    }
    return rewriting?.finish()
  }

  #field({ wire, from, to }: Fields, content: Content | undefined): Change {
    if (wire !== LENGTH_DELIMITED) return wire === 3 && this.#leaks(from, to, 0) ? NOTHING : undefined
    if (content === 'text') return this.#text(from, to)
    if (content === 'attribute') return this.#attribute(from, to)
    if (content === 'value') return this.#value(from, to)
    if (content === undefined || content === 'opaque') return this.#leaks(from, to, 0) ? NOTHING : undefined
    // An exemplar within a data point must not speak for it.
    const before = this.#attributes.mentionsExcluded
    const change = this.message(from, to, content)
    this.#attributes.mentionsExcluded = before
    return change
  }

  #text(from: number, to: number): Change {
    const text = this.#bytes.toString('utf8', from, to)
    const masked = this.#attributes.text(text)
    return masked === text ? undefined : Buffer.from(masked)
  }

  #attribute(from: number, to: number): Change {
    const facts = this.#attributes.factsOf(this.#keyIn(from, to))
    const fields = new Fields(this.#bytes, from, to)
    let rewriting: Rewriting | undefined
    while (fields.next()) {
      let change: Change
      if (fields.number === KEY) change = facts.masked === facts.key ? undefined : Buffer.from(facts.masked)
      else if (fields.number === VALUE) change = this.#value(fields.from, fields.to, facts)
      else change = this.#field(fields, undefined)
      if (change === undefined) continue
      rewriting ??= new Rewriting(this.#bytes, from, to)
      if (change === NOTHING) rewriting.leaveOut(fields)
      else rewriting.replace(fields, fields.number, change)
    }
    return rewriting?.finish()
  }

  /** All of them, should there be several. */
  #keyIn(from: number, to: number): string {
    const fields = new Fields(this.#bytes, from, to)
    let key: string | undefined
    while (fields.next()) {
      if (fields.number !== KEY) continue
      const text = this.#bytes.toString('utf8', fields.from, fields.to)
      key = key === undefined ? text : `${key} ${text}`
    }
    return key ?? ''
  }

  /** Each field of the value by itself: a decoder takes the last, and the others are there all the same. */
  #value(from: number, to: number, facts?: KeyFacts): Change {
    const fields = new Fields(this.#bytes, from, to)
    let rewriting: Rewriting | undefined
    while (fields.next()) {
      const value = valueIn(fields)
      const replacement = value === undefined ? undefined : this.#attributes.value(value, facts)
      if (replacement === undefined) {
        if (value !== undefined || this.#field(fields, undefined) === undefined) continue
        rewriting ??= new Rewriting(this.#bytes, from, to)
        rewriting.leaveOut(fields)
        continue
      }
      rewriting ??= new Rewriting(this.#bytes, from, to)
      rewriting.replace(fields, fieldOf(replacement), Buffer.from(replacement as string))
    }
    return rewriting?.finish()
  }

  /** Whether a field that nobody knows holds, at any place, what is masked: nobody reads it, so all of it may go. */
  #leaks(from: number, to: number, depth: number): boolean {
    const text = this.#bytes.toString('utf8', from, to)
    if (this.#attributes.text(text) !== text) return true
    if (depth >= DEEPEST_UNKNOWN) return false
    try {
      const fields = new Fields(this.#bytes, from, to)
      const inner: (readonly [number, number])[] = []
      while (fields.next()) if (fields.wire === LENGTH_DELIMITED) inner.push([fields.from, fields.to])
      return inner.some(([start, end]) => this.#leaks(start, end, depth + 1))
    } catch {
      // It is no message, and as a text it was looked at.
      return false
    }
  }
}

function fieldOf(replacement: Replacement): number {
  return typeof replacement === 'string' ? STRING_VALUE : BYTES_VALUE
}
