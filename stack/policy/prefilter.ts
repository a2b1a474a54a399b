// What every text that a pattern matches must contain: searched for in a fraction of the time that the pattern takes.
import { quoteRegex } from './ottl.ts'
import { type Part, type Sequence, splitPattern } from './pattern-parts.ts'

/** A text that the pattern matches contains a match of at least one of `anyOf`; it may contain one and not match. */
export interface Prefilter {
  /** Look in the text in lower case. */
  readonly lower: boolean
  /** RE2 patterns that each begin with a literal, so that Go searches for it before it runs the rest. */
  readonly anyOf: readonly string[]
}

interface Candidate {
  readonly anyOf: readonly string[]
  /** The shortest literal's length: the longer, the fewer texts pass in vain. */
  readonly length: number
}

const MOST_TEXTS = 16
// A longer literal is not worth several searches where the rest of the pattern, which follows it, rules the others out.
const LONG_ENOUGH = 2
const MOST_PATTERNS = 48
// In RE2, (?i)s matches it, too, and it is in lower case already. (The other such letter, the Kelvin sign, becomes a k.)
const LONG_S = 'ſ'

/** The prefilter of an RE2 pattern, or undefined when none can be derived: then the pattern itself must be run. */
export function prefilterOf(pattern: string): Prefilter | undefined {
  const lower = pattern.startsWith('(?i)')
  const rest = lower ? pattern.slice(4) : pattern
  const branches = splitPattern(rest)
  const found = branches && bestOfAll(branches, rest, lower)
  if (!found || found.anyOf.length > MOST_PATTERNS) return undefined
  const longS = lower && found.anyOf.some((each) => each.includes('s')) ? [LONG_S] : []
  return { lower, anyOf: [...new Set([...found.anyOf, ...longS])] }
}

/** One of several alternatives matches, so each must contribute. */
function bestOfAll(branches: readonly Sequence[], pattern: string, lower: boolean): Candidate | undefined {
  const found = branches.map((parts) => best(parts, pattern, lower))
  if (!found.every((each) => each !== undefined)) return undefined
  return { anyOf: found.flatMap(({ anyOf }) => anyOf), length: Math.min(...found.map(({ length }) => length)) }
}

/** All parts of a sequence match, so any of them will do: the longest literal, of those the fewest, of those the first. */
function best(parts: Sequence, pattern: string, lower: boolean): Candidate | undefined {
  return parts
    .flatMap((part, index) => candidate(part, parts.slice(index + 1), pattern, lower) ?? [])
    .toSorted((one, other) => other.length - one.length || one.anyOf.length - other.anyOf.length)[0]
}

/** What a match contains from one part on. Of a repeated part this is its last time. */
function candidate(part: Part, following: Sequence, pattern: string, lower: boolean): Candidate | undefined {
  if (part.optional) return undefined
  if (part.branches) return bestOfAll(part.branches, pattern, lower)
  if (!part.chars) return undefined
  const spell = (chars: readonly string[]) => (lower ? [...new Set(chars.map((char) => char.toLowerCase()))] : chars)
  let texts = spell(part.chars)
  let taken = 0
  for (const { chars, optional, repeated } of following) {
    const next = chars && !repeated ? [...spell(chars), ...(optional ? [''] : [])] : []
    if (next.length === 0 || texts.length * next.length > MOST_TEXTS) break
    if (next.length > 1 && !lower && taken + 1 >= LONG_ENOUGH) break
    texts = texts.flatMap((text) => next.map((char) => text + char))
    taken += 1
  }
  const tail = lower ? '' : withoutAssertions(following.slice(taken), pattern)
  const length = Math.min(...texts.map((text) => text.length))
  return {
    anyOf: texts.map((text) => quoteRegex(text) + tail),
    length: tail === '' ? length : Math.min(length, LONG_ENOUGH),
  }
}

/** The parts as they stand in the pattern, up to the first that looks around: the text it would look at may be another here. */
function withoutAssertions(parts: Sequence, pattern: string): string {
  const end = parts.findIndex(({ asserts }) => asserts)
  const kept = end === -1 ? parts : parts.slice(0, end)
  return kept.map(({ from, to }) => pattern.slice(from, to)).join('')
}
