// A policy's rules as substitutions that every layer runs one after another: whoever runs them in this order gets the same text.
import type { AST } from '@eslint-community/regexpp'
import { parsePattern, walk, withoutGroups } from './pattern.ts'

/** What of a rule decides about texts. */
export interface TextRule {
  readonly after?: string | undefined
  readonly pattern: string
  readonly unless: readonly string[]
  readonly replacement: string
}

/** Replace every match of the pattern. `${1}` in the replacement is the first group. */
export interface Step {
  readonly pattern: string
  readonly replacement: string
}

/**
 * Marks. None is a character (Unicode says so), and a text that has them loses them first. No pattern matches across the first two.
 * DONE stands around what was put in place of something: nothing is masked twice, and what a later rule matches stood in the text from the
 * beginning. EXCEPT stands where a rule must not match, until the rule is done. BEHIND stands behind what `after` matched: a pattern that
 * begins with it is looked for there only, which costs next to nothing.
 */
const DONE = '\uFDD0'
const EXCEPT = '\uFDD1'
const BEHIND = '\uFDD2'
const BOTH = `${DONE}${EXCEPT}`
export const MARKS = `[${BOTH}${BEHIND}]`

/** What is done to a text before the first rule that may change it. What an earlier layer has put in place stays as it is. */
export function openingSteps(rules: readonly TextRule[]): Step[] {
  const labels = [...new Set(rules.flatMap(({ replacement }) => replacement.match(/\[[A-Z_]{3,40}\]/g) ?? []))]
  const names = labels.map((label) => label.slice(1, -1)).join('|')
  const protect = labels.length === 0 ? [] : [{ pattern: `(\\[(?:${names})\\])`, replacement: `${DONE}\${1}${DONE}` }]
  return [{ pattern: MARKS, replacement: '' }, ...protect]
}

/** What is done before the rules that share an `after`, and behind them. */
export function afterSteps(after: string): { readonly before: Step; readonly behind: Step } {
  return {
    before: { pattern: stopAtMarks(`(${withoutGroups(after)})`), replacement: `\${1}${BEHIND}` },
    behind: { pattern: BEHIND, replacement: '' },
  }
}

/** The substitutions of one rule, exceptions first. */
export function ruleSteps({ after, pattern, unless, replacement }: TextRule): Step[] {
  const start = after === undefined ? '' : BEHIND
  const mask = {
    pattern: start === '' ? stopAtMarks(pattern) : `${start}(?:${stopAtMarks(pattern)})`,
    replacement: markDone(replacement),
  }
  if (unless.length === 0) return [mask]
  return [...unless.map((text) => protect(text, start)), mask, { pattern: EXCEPT, replacement: '' }]
}

/** The substitutions of a rule for values: all of a value goes, but for one that an exception matches from end to end. */
export function valueSteps({ unless, replacement }: Pick<TextRule, 'unless' | 'replacement'>): Step[] {
  const mask = { pattern: `^[^${EXCEPT}]+$`, replacement: markDone(replacement) }
  if (unless.length === 0) return [mask]
  const kept = { pattern: `^(${unless.map(withoutGroups).join('|')})$`, replacement: `${EXCEPT}\${1}` }
  return [kept, mask, { pattern: EXCEPT, replacement: '' }]
}

/** What is done behind the last rule. */
export const CLOSING_STEP: Step = { pattern: DONE, replacement: '' }

/** The groups that stand at the ends of a replacement stay open for other rules. */
function markDone(replacement: string): string {
  const [, before = '', inner = '', after = ''] = /^((?:\$\{\d\})*)(.*?)((?:\$\{\d\})*)$/s.exec(replacement) ?? []
  return `${before}${DONE}${inner}${DONE}${after}`
}

/** Sets a mark at the end of the first group. */
function protect(text: string, start: string): Step {
  const groups = protectiveGroups(text)
  if (!groups) throw new Error(`${text} does not begin with a group`)
  const flag = text.startsWith('(?i)') ? '(?i)' : ''
  const after = start === '' ? groups.after : inClasses(groups.after, (node) => hasLetters(node), BEHIND)
  return {
    pattern: stopAtMarks(`${flag}${start}(${groups.before})(${after})`),
    replacement: `${start}\${1}${EXCEPT}\${2}`,
  }
}

/** The first group of a pattern that begins with one, and what follows it, both without groups of their own. */
export function protectiveGroups(text: string): { before: string; after: string } | undefined {
  const [alternative, ...others] = parsePattern(text).alternatives
  const [first, ...rest] = alternative?.elements ?? []
  if (others.length > 0 || first?.type !== 'CapturingGroup' || rest.length === 0) return undefined
  const inner = first.alternatives.map((each) => each.raw).join('|')
  const after = rest.map((each) => each.raw).join('')
  return { before: withoutGroups(inner), after: withoutGroups(after) }
}

/** The pattern whose classes of "everything but" leave out the marks, too. */
function stopAtMarks(text: string): string {
  return inClasses(text, ({ negate }) => negate, BOTH)
}

/** Whether the class is of letters: a word in which a telling name stands has a mark behind that name, and is one word all the same. */
function hasLetters({ negate, raw }: AST.CharacterClass): boolean {
  return !negate && /[Aa]-[Zz]/.test(raw)
}

/** The pattern with more characters in some of its classes. */
function inClasses(text: string, which: (node: AST.CharacterClass) => boolean, more: string): string {
  const flag = text.startsWith('(?i)') ? '(?i)' : ''
  const places: number[] = []
  for (const alternative of parsePattern(text).alternatives)
    walk(alternative, (node) => {
      if (node.type === 'CharacterClass' && which(node)) places.push(node.start + (node.negate ? 2 : 1))
    })
  const wider = places
    .toSorted((a, b) => b - a)
    .reduce((source, at) => source.slice(0, at) + more + source.slice(at), text.slice(flag.length))
  return flag + wider
}

/** A replacement in JavaScript's syntax. */
export function javaScriptReplacement(replacement: string): string {
  return replacement.replaceAll('$', '$$$$').replaceAll(/\$\$\{(\d)\}/g, (_, digit: string) => `$${digit}`)
}
