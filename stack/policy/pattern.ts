// A policy's pattern: the syntax that RE2 (collector and database) and JavaScript (the client's end) read alike, checked and parsed.
import { type AST, RegExpParser } from '@eslint-community/regexpp'
import { javaScriptSource } from './pattern-javascript.ts'

export interface ParsedPattern {
  /** As written, in RE2's syntax. */
  readonly text: string
  /** It began with `(?i)`. */
  readonly ignoreCase: boolean
  /** What follows `(?i)`. */
  readonly alternatives: readonly AST.Alternative[]
  readonly groups: number
}

/** RE2 refuses more. */
const MOST_REPEATS = 1000
const IGNORE_CASE = '(?i)'

const parser = new RegExpParser({ ecmaVersion: 2025 })
const parsed = new Map<string, ParsedPattern>()

/** Parses a pattern, in which `(?i)` may stand at the beginning and `(?i:…)` anywhere. @throws Error that says what in it some engine would not read, or not read alike */
export function parsePattern(text: string): ParsedPattern {
  const known = parsed.get(text)
  if (known) return known
  const ignoreCase = text.startsWith(IGNORE_CASE)
  const source = ignoreCase ? text.slice(IGNORE_CASE.length) : text
  refuseByText(source)
  const ast = parse(source)
  let groups = 0
  for (const alternative of ast.alternatives)
    walk(alternative, (node) => {
      if (node.type === 'CapturingGroup') groups += 1
      refuse(node)
    })
  const pattern = { text, ignoreCase, alternatives: ast.alternatives, groups }
  parsed.set(text, pattern)
  return pattern
}

/** The pattern for JavaScript's engine: it matches the same texts. */
export function toRegExp(pattern: ParsedPattern, flags: 'gu' | 'u' = 'gu'): RegExp {
  return new RegExp(javaScriptSource(pattern), flags)
}

function parse(source: string): AST.Pattern {
  try {
    return parser.parsePattern(source, 0, source.length, { unicode: true, unicodeSets: false })
  } catch (error) {
    const message = error instanceof Error ? error.message : 'invalid pattern'
    throw new Error(message.replace(/^Invalid regular expression: .*\/[a-z]*: /s, '').toLowerCase())
  }
}

function refuseByText(source: string): void {
  if (source.includes('(?i)')) throw new Error('(?i) may stand at the beginning only: write (?i:…)')
  // An escaped backslash before a digit or a group is no back-reference and no look-around.
  const bare = source.replaceAll('\\\\', '')
  if (/\(\?<?[=!]/.test(bare)) throw new Error('look-around is not RE2 syntax')
  if (/\\[1-9]/.test(bare)) throw new Error('back-references are not RE2 syntax')
  if (bare.includes('(?P<') || bare.includes('(?<')) throw new Error('groups have no names here')
}

function refuse(node: AST.Node): void {
  if (node.type === 'CharacterSet') {
    if (node.kind === 'any') throw new Error('a dot means another thing in each engine: write [^\\n]')
    if (node.kind === 'property') throw new Error('\\p{…} is not the same everywhere: write the characters')
    if (node.negate) throw new Error(`write a class such as [^\\s] for ${node.raw}`)
  }
  if (node.type === 'Quantifier') {
    if (node.max !== Infinity && node.max > MOST_REPEATS)
      throw new Error(`${node.raw} repeats more than ${MOST_REPEATS} times`)
    if (node.min > MOST_REPEATS) throw new Error(`${node.raw} repeats more than ${MOST_REPEATS} times`)
  }
  if (node.type === 'Character') {
    if (/^\\u/.test(node.raw))
      throw new Error(`${node.raw} is not RE2 syntax: write the character, or \\x${node.raw.slice(2)}`)
    if (/^\\c/.test(node.raw) || node.raw === '\\b') throw new Error(`${node.raw} is not RE2 syntax`)
    if (node.parent.type === 'CharacterClass' && node.raw === '[') throw new Error('write \\[ for a bracket in a class')
  }
  if (node.type === 'Group' && node.modifiers && node.modifiers.raw !== 'i')
    throw new Error(`(?${node.modifiers.raw}:…) means another thing in each engine`)
  if (node.type === 'CharacterClass' && node.elements.length === 0) throw new Error('a class without characters')
}

/** Calls for each node of a part of a pattern, the part first. */
export function walk(node: AST.Node, visit: (node: AST.Node) => void): void {
  visit(node)
  if ('alternatives' in node) for (const each of node.alternatives) walk(each, visit)
  if (node.type === 'Alternative' || node.type === 'CharacterClass')
    for (const each of node.elements) walk(each as AST.Node, visit)
  if (node.type === 'Quantifier') walk(node.element, visit)
  if (node.type === 'CharacterClassRange') {
    walk(node.min, visit)
    walk(node.max, visit)
  }
}

/** A part of a pattern whose groups have no numbers. */
export function withoutGroups(source: string): string {
  const starts: number[] = []
  for (const alternative of parsePattern(source).alternatives)
    walk(alternative, (node) => {
      if (node.type === 'CapturingGroup') starts.push(node.start)
    })
  return starts
    .toSorted((a, b) => b - a)
    .reduce((text, at) => `${text.slice(0, at + 1)}?:${text.slice(at + 1)}`, source)
}
