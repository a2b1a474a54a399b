// What every text that a pattern matches must contain: searched for in a fraction of the time that the pattern takes.

import type { ParsedPattern } from './pattern.ts'
import { type Part, partsOf, type Sequence } from './pattern-parts.ts'
import { widerSource } from './pattern-wider.ts'
import { quoteRegex } from './quote-regex.ts'

/** A text that the pattern matches contains a match of at least one of `anyOf`; it may contain one and not match. */
export interface Prefilter {
  /** Look in the text in lower case. */
  readonly lower: boolean
  readonly anyOf: readonly Searched[]
}

/** A literal, and the RE2 pattern of it and what follows it: where the literal is missing, the pattern need not be run. */
export interface Searched {
  readonly literal: string
  readonly pattern: string
}

interface How {
  readonly lower: boolean
  readonly longestTail: number
  readonly bounded: boolean
}

interface Candidate {
  readonly anyOf: readonly Searched[]
  /** The shortest literal's length, without what stands everywhere: the longer, the fewer texts pass in vain. */
  readonly length: number
  /** The shortest literal's whole length. */
  readonly whole: number
}

const MOST_TEXTS = 16
// A longer literal is not worth several searches where the rest of the pattern, which follows it, rules the others out.
const LONG_ENOUGH = 3
const MOST_PATTERNS = 160
/** Characters that stand in almost every text tell nothing. */
export const EVERYWHERE = /[ .:/_0-9-]/g
// In RE2, (?i)s matches it, too, and it is in lower case already. (The other such letter, the Kelvin sign, becomes a k.)
const LONG_S = 'ſ'

/**
 * The prefilter of a pattern, or undefined when none can be derived: then the pattern itself must be run.
 * @param bounded for engines that backtrack
 * @param longestTail of what follows a literal, so many characters are looked for with it. They stand once for each literal.
 */
export function prefilterOf(pattern: ParsedPattern, longestTail = 900, bounded = false): Prefilter | undefined {
  // Where only a part of it ignores case, all of it is looked for in lower case: more passes, and nothing is missed.
  const ignoreCase = pattern.ignoreCase || pattern.text.includes('(?i:')
  const found = bestOfAll(pattern.alternatives.map(partsOf), [], { lower: ignoreCase, longestTail, bounded })
  if (!found || found.anyOf.length > MOST_PATTERNS) return undefined
  const longS =
    ignoreCase && found.anyOf.some(({ literal }) => literal.includes('s')) ? [{ literal: LONG_S, pattern: LONG_S }] : []
  const anyOf = new Map([...found.anyOf, ...longS].map((each) => [each.pattern, each]))
  return { lower: ignoreCase, anyOf: [...anyOf.values()] }
}

/** Nothing is looked for but a character that stands in many texts: the pattern itself is tried, which takes less than the masks do. */
export function isWeak({ anyOf }: Prefilter): boolean {
  return (
    anyOf.every(({ literal, pattern }) => pattern === quoteRegex(literal)) &&
    anyOf.some(({ literal }) => literal.length === 1)
  )
}

/** One of several alternatives matches, so each must contribute. */
function bestOfAll(branches: readonly Sequence[], after: Sequence, how: How): Candidate | undefined {
  const found = branches.map((parts) => best(parts, after, how))
  if (!found.every((each) => each !== undefined)) return undefined
  return {
    anyOf: found.flatMap(({ anyOf }) => anyOf),
    length: Math.min(...found.map(({ length }) => length)),
    whole: Math.min(...found.map(({ whole }) => whole)),
  }
}

/** All parts of a sequence match, so any of them will do: the longest literal, of those the fewest, of those the first. */
function best(parts: Sequence, after: Sequence, how: How): Candidate | undefined {
  return parts
    .flatMap((part, index) => candidate(part, [...parts.slice(index + 1), ...after], how) ?? [])
    .toSorted(
      (one, other) => other.length - one.length || other.whole - one.whole || one.anyOf.length - other.anyOf.length,
    )[0]
}

/** What a match contains from one part on. Of a repeated part this is its last time. */
function candidate(part: Part, following: Sequence, how: How): Candidate | undefined {
  if (part.optional) return undefined
  if (part.branches) return bestOfAll(part.branches, following, how)
  if (!part.chars) return undefined
  const spell = (chars: readonly string[]) =>
    how.lower ? [...new Set(chars.map((char) => char.toLowerCase()))] : chars
  let texts = spell(part.chars)
  let taken = 0
  for (const { chars, optional, repeated } of following) {
    const next = chars && !repeated ? [...spell(chars), ...(optional ? [''] : [])] : []
    if (next.length === 0 || texts.length * next.length > MOST_TEXTS) break
    if (next.length > 1 && taken + 1 >= LONG_ENOUGH) break
    texts = texts.flatMap((text) => next.map((char) => text + char))
    taken += 1
  }
  const tail = tailOf(following.slice(taken), how)
  return {
    anyOf: texts.map((literal) => ({ literal, pattern: quoteRegex(literal) + tail })),
    whole: Math.min(LONG_ENOUGH, ...texts.map((text) => text.length)),
    length: Math.min(LONG_ENOUGH, ...texts.map((text) => text.replaceAll(EVERYWHERE, '').length)),
  }
}

/** The parts up to the first that looks around: the text it would look at may be another here. */
function tailOf(parts: Sequence, { lower, longestTail, bounded }: How): string {
  let tail = ''
  for (const { node, asserts } of parts.flatMap(opened)) {
    if (asserts) break
    const source = widerSource(node, lower, bounded)
    if (tail.length + source.length > longestTail) break
    tail += source
  }
  return tail
}

/** A group of one alternative is as good as its parts, of which some may be taken and others not. */
function opened(part: Part): Sequence {
  const [only, ...others] = part.branches ?? []
  return only && others.length === 0 && part.node.type !== 'Quantifier' ? only.flatMap(opened) : [part]
}
