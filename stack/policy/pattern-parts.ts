// A pattern as a prefilter sees it: parts one after another, with what each of them may be.
import type { AST } from '@eslint-community/regexpp'

/** One part of a sequence: a character, a class, a group or an assertion, with its quantifier. */
export interface Part {
  readonly node: AST.Element
  /** Each time it matches, it matches exactly one of these characters. Absent when others are possible, too. */
  readonly chars?: readonly string[]
  /** It is a group of these alternatives. */
  readonly branches?: readonly Sequence[]
  /** It, or something inside it, looks at what stands around it. */
  readonly asserts: boolean
  /** It may match nothing, by its quantifier. */
  readonly optional: boolean
  /** It may match more than once. */
  readonly repeated: boolean
}

/** Parts that match one after another. */
export type Sequence = readonly Part[]

const LARGEST_CLASS = 8

export function partsOf(alternative: AST.Alternative): Sequence {
  return alternative.elements.map(part)
}

function part(node: AST.Element): Part {
  if (node.type !== 'Quantifier') return { ...atom(node), node, optional: false, repeated: false }
  return { ...atom(node.element), node, optional: node.min === 0, repeated: node.max > 1 }
}

function atom(node: AST.Element): Pick<Part, 'chars' | 'branches' | 'asserts'> {
  if (node.type === 'Assertion') return { asserts: true }
  if (node.type === 'Group' || node.type === 'CapturingGroup') {
    const branches = node.alternatives.map(partsOf)
    return { branches, asserts: branches.some((parts) => parts.some(({ asserts }) => asserts)) }
  }
  if (node.type === 'Character') return { ...ascii([node.value]), asserts: false }
  if (node.type === 'CharacterClass' && !node.negate) return { ...members(node), asserts: false }
  return { asserts: false }
}

/** The characters of a class, when they are few and all printable ASCII. */
function members(node: AST.CharacterClass): Pick<Part, 'chars'> {
  const values: number[] = []
  for (const each of node.elements) {
    if (each.type === 'Character') values.push(each.value)
    else if (each.type === 'CharacterClassRange' && each.max.value - each.min.value < LARGEST_CLASS)
      for (let value = each.min.value; value <= each.max.value; value += 1) values.push(value)
    else return {}
  }
  return values.length > LARGEST_CLASS ? {} : ascii(values)
}

function ascii(values: readonly number[]): Pick<Part, 'chars'> {
  if (values.some((value) => value < 0x20 || value > 0x7e)) return {}
  return { chars: values.map((value) => String.fromCharCode(value)) }
}
