// The pattern of a part of a pattern for texts in lower case.
import type { AST } from '@eslint-community/regexpp'

/**
 * What the part matches in a text, it matches of the text in lower case when case is ignored: a wider pattern, in RE2's syntax.
 * Groups become groups without a number.
 */
export function lowerSource(node: AST.Node): string {
  switch (node.type) {
    case 'Alternative':
      return node.elements.map(lowerSource).join('')
    case 'Group':
    case 'CapturingGroup':
      return `(?:${node.alternatives.map(lowerSource).join('|')})`
    case 'Quantifier':
      return lowerSource(node.element) + node.raw.slice(node.element.raw.length)
    case 'Character':
      return lowerCharacter(node)
    case 'CharacterClass':
      return lowerClass(node)
    default:
      return node.raw
  }
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
  return negate ? '' : `${node.raw}a-zſ`
}
