// A wider pattern for searching: it matches wherever the part of a pattern does, and is smaller.
import type { AST } from '@eslint-community/regexpp'
import type { ParsedPattern } from './pattern.ts'

/** More repeats tell little more, and each stands for itself in an engine's program. */
const ENOUGH = 16

export interface WiderPattern {
  /** Look in the text in lower case. */
  readonly lower: boolean
  readonly pattern: string
}

/**
 * Wherever the pattern matches a text, this matches texts that are joined by line breaks and have it among them.
 * @param bounded as in `widerSource`
 */
export function widerPattern({ ignoreCase, text, alternatives }: ParsedPattern, bounded = false): WiderPattern {
  // Where only a part of it ignores case, all of it is looked for in lower case.
  const lower = ignoreCase || text.includes('(?i:')
  return { lower, pattern: alternatives.map((each) => widerSource(each, lower, bounded)).join('|') }
}

/**
 * The source, in RE2's syntax, without numbered groups.
 * @param lower for texts in lower case: what the part matches of a text when case is ignored
 * @param bounded repeats keep their limits: an engine that backtracks needs them, and in RE2 they only make the program larger
 */
export function widerSource(node: AST.Node, lower: boolean, bounded: boolean): string {
  switch (node.type) {
    case 'Alternative':
      return node.elements.map((each) => widerSource(each, lower, bounded)).join('')
    case 'Group':
    case 'CapturingGroup':
      return `(?:${node.alternatives.map((each) => widerSource(each, lower, bounded)).join('|')})`
    case 'Quantifier':
      return (
        widerSource(node.element, lower, bounded) + (bounded ? node.raw.slice(node.element.raw.length) : repeat(node))
      )
    case 'Character':
      return lower ? lowerCharacter(node) : node.raw
    case 'CharacterClass':
      return lower ? lowerClass(node) : node.raw
    case 'Assertion':
      return edge(node)
    default:
      return node.raw
  }
}

/** A text's end is a line's where texts are joined. */
function edge({ kind, raw }: AST.Assertion): string {
  if (kind === 'start') return '(?:^|\\n)'
  return kind === 'end' ? '(?:$|\\n)' : raw
}

function repeat({ min, max }: AST.Quantifier): string {
  if (min === 0) return max === 1 ? '?' : '*'
  if (min === 1) return max === 1 ? '' : '+'
  return min === max && min <= ENOUGH ? `{${min}}` : `{${Math.min(min, ENOUGH)},}`
}

function lowerCharacter({ value, raw }: AST.Character): string {
  const char = String.fromCodePoint(value)
  // In RE2, (?i)s matches it, too, and it is in lower case already. (The other such letter, the Kelvin sign, becomes a k.)
  if (/[sS]/.test(char)) return '[sſ]'
  return char.toLowerCase() === char ? raw : char.toLowerCase()
}

function lowerClass({ negate, elements }: AST.CharacterClass): string {
  const members = elements.map((each) => lowerMember(each as AST.Node, negate)).join('')
  if (negate) return members === '' ? '[^\\x00]' : `[^${members}]`
  return `[${members}]`
}

/** A class that excludes a letter must not exclude what it becomes: another letter may have become it. */
function lowerMember(node: AST.Node, negate: boolean): string {
  if (node.type !== 'Character' && node.type !== 'CharacterClassRange') return node.raw
  const [min, max] = node.type === 'Character' ? [node.value, node.value] : [node.min.value, node.max.value]
  const letters = min <= 0x7a && max >= 0x41
  if (!letters) return node.raw
  if (negate) return ''
  return (
    node.raw +
    lowerRange(Math.max(min, 0x41), Math.min(max, 0x5a)) +
    (inside(0x73, min, max) || inside(0x53, min, max) ? 'ſ' : '')
  )
}

/** The small letters of a range of capitals. */
const lowerRange = (min: number, max: number) =>
  min > max ? '' : `${String.fromCharCode(min + 32)}${min === max ? '' : `-${String.fromCharCode(max + 32)}`}`
const inside = (value: number, min: number, max: number) => value >= min && value <= max
