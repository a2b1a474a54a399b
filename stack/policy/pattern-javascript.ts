// A policy's pattern in JavaScript's syntax, with the meaning that it has in RE2.
import type { AST } from '@eslint-community/regexpp'

/** RE2's \s; JavaScript's has more. */
const BLANKS = '\\t\\n\\f\\r '
/** What RE2 takes for the same letter as these when case is ignored. */
const FURTHER = new Map([
  ['k', 'K'],
  ['s', 'ſ'],
])

interface Source {
  readonly ignoreCase: boolean
  readonly alternatives: readonly AST.Alternative[]
}

/** The source of a RegExp with the flag `u`, and without `i`: its letters are written out, as JavaScript's \w and \b change with `iu`. */
export function javaScriptSource({ ignoreCase, alternatives }: Source): string {
  return alternatives.map((each) => emit(each, ignoreCase)).join('|')
}

function emit(node: AST.Node, fold: boolean): string {
  const all = (nodes: readonly AST.Node[], separator: string, folding = fold) =>
    nodes.map((each) => emit(each, folding)).join(separator)
  switch (node.type) {
    case 'Alternative':
      return all(node.elements, '')
    case 'Group':
      return `(?:${all(node.alternatives, '|', fold || node.modifiers !== null)})`
    case 'CapturingGroup':
      return `(${all(node.alternatives, '|')})`
    case 'Quantifier':
      return emit(node.element, fold) + node.raw.slice(node.element.raw.length)
    case 'CharacterSet':
      return node.kind === 'space' ? `[${BLANKS}]` : node.raw
    case 'Character':
      return fold ? oneOf(cases(node.value)) : node.raw
    case 'CharacterClass':
      return `[${node.negate ? '^' : ''}${node.elements.map((each) => member(each as AST.Node, fold)).join('')}]`
    default:
      return node.raw
  }
}

function member(node: AST.Node, fold: boolean): string {
  if (node.type === 'CharacterSet') return node.kind === 'space' ? BLANKS : node.raw
  if (!fold) return node.raw
  if (node.type === 'Character') return cases(node.value).map(inClass).join('')
  return node.type === 'CharacterClassRange' ? node.raw + foldedRange(node.min.value, node.max.value) : node.raw
}

const oneOf = (chars: readonly string[]) =>
  chars.length === 1 ? chars.map(outsideClass).join('') : `[${chars.map(inClass).join('')}]`
const inClass = (char: string) => (/[\\\]^-]/.test(char) ? `\\${char}` : printable(char))
const outsideClass = (char: string) => (/[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : printable(char))
const printable = (char: string) => char.replace('\n', '\\n').replace('\r', '\\r')

/** A character and those that RE2 takes for the same when case is ignored. */
function cases(value: number): string[] {
  const char = String.fromCodePoint(value)
  const lower = char.toLowerCase()
  const upper = char.toUpperCase()
  const single = [lower, upper].filter((each) => [...each].length === 1)
  const further = FURTHER.get(lower)
  return [...new Set([char, ...single, ...(further ? [further] : [])])]
}

/** The other case of the letters in a range. */
function foldedRange(min: number, max: number): string {
  const others: string[] = []
  for (let value = Math.max(min, 0x41); value <= Math.min(max, 0x7a); value += 1)
    others.push(...cases(value).filter((each) => (each.codePointAt(0) ?? 0) < min || (each.codePointAt(0) ?? 0) > max))
  if (min <= 0x17f && max >= 0x17f) others.push('s', 'S')
  if (min <= 0x212a && max >= 0x212a) others.push('k', 'K')
  return [...new Set(others)].map(inClass).join('')
}
