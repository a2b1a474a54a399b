// A policy's pattern: the syntax that RE2 (collector and database) and JavaScript (the client's end) read alike, checked and parsed.
import { type AST, RegExpParser, RegExpSyntaxError } from '@eslint-community/regexpp'
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

/** What some engine would not read, or not read alike. */
export class PatternError extends Error {
  /** The number of the character of the pattern. */
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

/** RE2 refuses more. */
const MOST_REPEATS = 1000
const IGNORE_CASE = '(?i)'

const parser = new RegExpParser({ ecmaVersion: 2025 })
const parsed = new Map<string, ParsedPattern>()

/** Parses a pattern, in which `(?i)` may stand at the beginning and `(?i:…)` anywhere. @throws PatternError */
export function parsePattern(text: string): ParsedPattern {
  const known = parsed.get(text)
  if (known) return known
  const ignoreCase = text.startsWith(IGNORE_CASE)
  const start = ignoreCase ? IGNORE_CASE.length : 0
  const source = text.slice(start)
  refuseByText(source, start)
  const ast = parse(source, start)
  let groups = 0
  for (const alternative of ast.alternatives)
    walk(alternative, (node) => {
      if (node.type === 'CapturingGroup') groups += 1
      const why = whyRefused(node)
      if (why !== undefined) throw new PatternError(why, start + node.start)
    })
  const pattern = { text, ignoreCase, alternatives: ast.alternatives, groups }
  parsed.set(text, pattern)
  return pattern
}

/** The pattern for JavaScript's engine: it matches the same texts. */
export function toRegExp(pattern: ParsedPattern, flags: 'gu' | 'u' = 'gu'): RegExp {
  return new RegExp(javaScriptSource(pattern), flags)
}

function parse(source: string, start: number): AST.Pattern {
  try {
    return parser.parsePattern(source, 0, source.length, { unicode: true, unicodeSets: false })
  } catch (error) {
    const message = error instanceof Error ? error.message : 'invalid pattern'
    const at = error instanceof RegExpSyntaxError ? faultyCharacter(source, message, error.index) : 0
    throw new PatternError(message.replace(/^Invalid regular expression: .*\/[a-z]*: /s, '').toLowerCase(), start + at)
  }
}

/** The character that a message is about: the parser tells how far it had read. */
function faultyCharacter(source: string, message: string, read: number): number {
  if (/unterminated/i.test(message)) return openBracket(source)
  const isBehind = /nothing to repeat|out of order|invalid (?:escape|character class)/i.test(message)
  return Math.max(0, Math.min(isBehind ? read - 1 : read, source.length - 1))
}

/** Where the last bracket stands that nothing closes. */
function openBracket(source: string): number {
  const open: number[] = []
  let classAt: number | undefined
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at]
    if (char === '\\') at += 1
    else if (classAt !== undefined) classAt = char === ']' ? undefined : classAt
    else if (char === '[') classAt = at
    else if (char === '(') open.push(at)
    else if (char === ')') open.pop()
  }
  return classAt ?? open.at(-1) ?? 0
}

function refuseByText(source: string, start: number): void {
  // An escaped backslash before a digit or a group is no back-reference and no look-around.
  const bare = source.replaceAll('\\\\', '  ')
  const faults: readonly (readonly [found: RegExp, why: string])[] = [
    [/\(\?i\)/, '(?i) may stand at the beginning only: write (?i:…)'],
    [/\(\?<?[=!]/, 'look-around is not RE2 syntax'],
    [/\\[1-9]/, 'back-references are not RE2 syntax'],
    [/\(\?P?</, 'groups have no names here'],
  ]
  for (const [found, why] of faults) {
    const at = bare.search(found)
    if (at >= 0) throw new PatternError(why, start + at)
  }
}

function whyRefused(node: AST.Node): string | undefined {
  if (node.type === 'CharacterSet') {
    if (node.kind === 'any') return 'a dot means another thing in each engine: write [^\\n]'
    if (node.kind === 'property') return '\\p{…} is not the same everywhere: write the characters'
    return node.negate ? `write a class such as [^\\s] for ${node.raw}` : undefined
  }
  if (node.type === 'Quantifier') {
    const most = node.max === Infinity ? node.min : node.max
    return most > MOST_REPEATS ? `${node.raw} repeats more than ${MOST_REPEATS} times` : undefined
  }
  if (node.type === 'Character') {
    if (/^\\u/.test(node.raw)) return `${node.raw} is not RE2 syntax: write the character, or \\x${node.raw.slice(2)}`
    if (/^\\c/.test(node.raw) || node.raw === '\\b') return `${node.raw} is not RE2 syntax`
    return node.parent.type === 'CharacterClass' && node.raw === '[' ? 'write \\[ for a bracket in a class' : undefined
  }
  if (node.type === 'Group' && node.modifiers && node.modifiers.raw !== 'i')
    return `(?${node.modifiers.raw}:…) means another thing in each engine`
  return node.type === 'CharacterClass' && node.elements.length === 0 ? 'a class without characters' : undefined
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
