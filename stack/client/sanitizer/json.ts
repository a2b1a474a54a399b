// A request in OTLP JSON as the policy leaves it; every digit and every name that nobody here knows are kept.
import type { Signal } from '../../../core/otlp/codec.ts'
import { outermost } from '../../../core/otlp/codec.ts'
import type { Attributes, KeyFacts } from './attributes.ts'
import { countedKeys, isInexact, type Json, keysIn, parseExactly } from './json-exact.ts'
import { type Replaced, replaceValue } from './json-value.ts'
import { type Content, knownNames, type Plan, requestPlans } from './plan.ts'
import type { Sanitized } from './protobuf.ts'

/** Instead of a value: it is left out. */
const NOTHING = Symbol('nothing')
type Change = unknown

/** @throws SyntaxError when it is no JSON */
export function sanitizeJson(attributes: Attributes, signal: Signal, body: Buffer): Sanitized {
  const text = body.toString()
  const request: unknown = JSON.parse(text)
  const walk = new Walk(attributes)
  let changed = walk.node(request, requestPlans[signal])
  if (changed === NOTHING) return { body: Buffer.from(`{"${outermost[signal]}":[]}`), excluded: walk.excluded }
  // Where a name stands twice, what is behind the first is read by nobody, and would be kept.
  if (changed === request && countedKeys(body) === keysIn(request)) return { body, excluded: 0 }
  // Only what is written anew needs every digit, which takes several times as long to read.
  if (isInexact(text)) changed = new Walk(attributes).node(parseExactly(text), requestPlans[signal])
  return { body: Buffer.from(JSON.stringify(changed)), excluded: walk.excluded }
}

class Walk {
  readonly #attributes: Attributes
  excluded = 0

  constructor(attributes: Attributes) {
    this.#attributes = attributes
  }

  /** What stands in the place of a value; the value itself when it stays as it is. */
  node(node: unknown, content: Content | undefined, facts?: KeyFacts): Change {
    if (content === 'value') return this.#value(node, facts)
    if (typeof node === 'string') return this.#attributes.text(node)
    if (typeof node !== 'object' || node === null || JSON.isRawJSON(node)) return node
    if (Array.isArray(node)) return this.#list(node, content)
    if (content === 'attribute') return this.#attribute(node as Json)
    return this.#object(node as Json, typeof content === 'object' ? content : undefined)
  }

  #list(list: readonly unknown[], content: Content | undefined): Change {
    const changed = list.map((item) => this.node(item, content))
    if (changed.every((item, index) => item === list[index])) return list
    const left = changed.filter((item) => item !== NOTHING)
    return left.length === 0 ? NOTHING : left
  }

  #object(object: Json, plan: Plan | undefined): Change {
    const outer = this.#attributes.mentionsExcluded
    if (plan?.unit !== undefined) this.#attributes.mentionsExcluded = false
    let had = 0
    let left = 0
    const changed = this.#entries(object, (name, value) => {
      const planned = plan?.byName.get(name)
      const isEmpty = Array.isArray(value) && value.length === 0
      if (planned?.holdsEvents === true && !isEmpty) had += 1
      const change = this.node(value, planned?.content)
      if (planned?.holdsEvents === true && !isEmpty && change !== NOTHING) left += 1
      return change
    })
    if (plan?.unit === undefined) return had > 0 && left === 0 ? NOTHING : changed
    const isExcluded = this.#attributes.mentionsExcluded
    // An exemplar within a data point must not speak for it.
    this.#attributes.mentionsExcluded = outer
    if (isExcluded && plan.unit === 'event') this.excluded += 1
    return isExcluded ? NOTHING : changed
  }

  #attribute(pair: Json): Change {
    const key = typeof pair.key === 'string' ? pair.key : ''
    const facts = this.#attributes.factsOf(key)
    return this.#entries(pair, (name, value) => {
      if (name === 'key' && typeof value === 'string') return facts.masked
      return name === 'value' ? this.#value(value, facts) : this.node(value, undefined)
    })
  }

  #value(node: unknown, facts?: KeyFacts): Change {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return this.node(node, undefined)
    const value = node as Json
    let replaced: Replaced | undefined
    const changed = this.#entries(value, (name, inner) => {
      const found = replaceValue(this.#attributes, name, inner, facts)
      if (found === 'unknown') return this.node(inner, undefined)
      if (found === undefined) return inner
      replaced = found
      return NOTHING
    })
    return replaced ? { ...(changed as Json), ...replaced } : changed
  }

  /** The object with each value changed, and with names that no one knows as texts; the object itself when nothing changes. */
  #entries(object: Json, change: (name: string, value: unknown) => Change): Json {
    let isChanged = false
    const entries: [string, unknown][] = []
    for (const [name, value] of Object.entries(object)) {
      const changed = change(name, value)
      const masked = knownNames.has(name) ? name : this.#attributes.text(name)
      if (changed !== value || masked !== name) isChanged = true
      if (changed !== NOTHING) entries.push([masked, changed])
    }
    return isChanged ? Object.fromEntries(entries) : object
  }
}
