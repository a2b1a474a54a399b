// Masks a text: the substitutions of the policy's rules, in their order, each only where it may match.
import type { DocumentPrefilter, DocumentStep, PolicyDocument } from './document.ts'
import type { NamesRule } from './names.ts'
import { Scanner, type Wanted } from './scanner.ts'

/** A substitution, ready to run. */
export interface Substitution {
  readonly pattern: RegExp
  readonly replacement: string
}

interface Rule {
  readonly name: string
  readonly after: number | undefined
  readonly steps: readonly Substitution[]
}

/** Marks of stack/policy/steps.ts: no characters, and a text that has them loses them. */
const MARKS = ['\uFDD0', '\uFDD1', '\uFDD2']
/** Of a longer text there is hardly another one like it. */
const KEPT_LENGTH = 96
const MOST_KEPT = 8_192
/** What the rule of the list of names is called. */
const NAMES = 'names of people'
/** More is not seen; each time at least one more place is masked. */
const MOST_TIMES = 8

export class Masker {
  readonly #opening: readonly Substitution[]
  readonly #closing: readonly Substitution[]
  readonly #afters: readonly { readonly before: Substitution; readonly behind: Substitution }[]
  readonly #rules: readonly Rule[]
  readonly #scanner: Scanner
  readonly #lowerScanner: Scanner
  /** What stands where in what a scan has found: the rules, what they are looked for behind, the marks. */
  readonly #found: Uint8Array
  readonly #always: readonly number[]
  readonly #firstAfter: number
  readonly #marks: number
  /** Where somebody asks which rules change a text. */
  #changing: Set<string> | undefined
  #kept = new Map<string, string>()

  constructor(document: PolicyDocument, names?: NamesRule) {
    this.#opening = document.opening.map(ready)
    this.#closing = document.closing.map(ready)
    this.#afters = document.afters.map(({ before, behind }) => ({ before: ready(before), behind: ready(behind) }))
    const rules = document.rules.map(({ name, after, steps }) => ({ name, after, steps: steps.map(ready) }))
    this.#rules = names ? [...rules, { name: NAMES, after: undefined, steps: [names.substitution] }] : rules
    this.#firstAfter = this.#rules.length
    this.#marks = this.#firstAfter + this.#afters.length
    this.#found = new Uint8Array(this.#marks + 1)
    const searched = [
      ...document.rules.map(({ prefilter }) => prefilter),
      ...(names ? [names.prefilter] : []),
      ...document.afters.map(({ prefilter }) => prefilter),
    ]
    this.#always = searched.flatMap((prefilter, index) => (prefilter === undefined ? [index] : []))
    const marks = MARKS.map((literal) => ({ index: this.#marks, literal }))
    this.#scanner = new Scanner([...wantedOf(searched, false), ...marks])
    this.#lowerScanner = new Scanner(wantedOf(searched, true))
  }

  /** The text with what is private replaced; the same string when there is nothing. */
  mask(text: string): string {
    if (text.length === 0) return text
    if (text.length > KEPT_LENGTH) return this.#mask(text)
    const known = this.#kept.get(text)
    if (known !== undefined) return known
    const masked = this.#mask(text)
    if (this.#kept.size >= MOST_KEPT) this.#kept = new Map()
    this.#kept.set(text, masked)
    return masked
  }

  /** The text under a telling name: the rule's substitutions run before all others. */
  maskTold(text: string, told: readonly Substitution[]): string {
    this.#mayChange(text)
    return this.#mask(this.#run(text, told))
  }

  /** The names of the rules that change the text, in the order in which they first do. */
  rulesIn(text: string): string[] {
    const changing = new Set<string>()
    this.#changing = changing
    this.#mask(text)
    this.#changing = undefined
    return [...changing]
  }

  /** Until nothing changes any more: where one match hid another, a later layer would find that one. */
  #mask(text: string): string {
    let current = text
    for (let times = 0; times < MOST_TIMES && this.#mayChange(current); times += 1) {
      const masked = this.#run(current, [])
      if (masked === current) break
      current = masked
    }
    return current
  }

  #mayChange(text: string): boolean {
    this.#found.fill(0)
    for (const index of this.#always) this.#found[index] = 1
    const isFound = this.#scanner.scan(text, this.#found)
    const lower = text.toLowerCase()
    // Where a letter becomes two, literals that are looked for with what stands behind them may have been torn.
    return this.#lowerScanner.scan(lower, this.#found) || isFound || this.#always.length > 0
  }

  /** The rules in `found` over the text. */
  #run(whole: string, told: readonly Substitution[]): string {
    const [stripMarks, ...protect] = this.#opening
    let text = whole
    if (this.#found[this.#marks] === 1 && stripMarks) {
      // What the marks tore apart may be something without them.
      text = text.replace(stripMarks.pattern, stripMarks.replacement)
      this.#mayChange(text)
    }
    const found = this.#found
    // What is protected stands in brackets.
    if (text.includes('[')) text = run(protect, text)
    text = run(told, text)
    for (let first = 0; first < this.#rules.length; ) {
      const { after } = this.#rules[first] as Rule
      let end = first + 1
      if (after !== undefined) while (this.#rules[end]?.after === after) end += 1
      text = after === undefined ? this.#runOne(first, text, found) : this.#runBehind(after, first, end, text, found)
      first = end
    }
    return text === whole ? whole : run(this.#closing, text)
  }

  #runOne(index: number, text: string, found: Uint8Array): string {
    const rule = this.#rules[index]
    if (found[index] !== 1 || rule === undefined) return text
    const changed = run(rule.steps, text)
    if (changed !== text) this.#changing?.add(rule.name)
    return changed
  }

  /** Rules that share what they are looked for behind; where that is nowhere, none of them matches. */
  #runBehind(after: number, first: number, end: number, text: string, found: Uint8Array): string {
    const around = this.#afters[after]
    if (around === undefined || found[this.#firstAfter + after] === 0) return text
    if (!found.subarray(first, end).includes(1)) return text
    const marked = text.replace(around.before.pattern, around.before.replacement)
    if (marked === text) return text
    let current = marked
    for (let index = first; index < end; index += 1) current = this.#runOne(index, current, found)
    return current.replace(around.behind.pattern, around.behind.replacement)
  }
}

function run(steps: readonly Substitution[], text: string): string {
  let current = text
  for (const { pattern, replacement } of steps) current = current.replace(pattern, replacement)
  return current
}

export function ready({ source, flags, replacement }: DocumentStep): Substitution {
  return { pattern: new RegExp(source, flags), replacement }
}

function wantedOf(searched: readonly (DocumentPrefilter | undefined)[], lower: boolean): Wanted[] {
  return searched.flatMap((prefilter, index) =>
    prefilter?.lower === lower ? prefilter.literals.map(({ text, source }) => ({ index, literal: text, source })) : [],
  )
}
