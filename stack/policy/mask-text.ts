// The policy on one text, in JavaScript: what every layer makes of it, rule by rule and without any short cut.
import { parsePattern, toRegExp } from './pattern.ts'
import type { Policy } from './policy.ts'
import { textRules } from './rules.ts'
import { afterSteps, CLOSING_STEP, javaScriptReplacement, openingSteps, type Step } from './steps.ts'

/** @param fired takes the names of the rules that changed the text */
export type MaskText = (text: string, fired?: string[]) => string

interface Stage {
  /** Undefined where only marks are set. */
  readonly rule: string | undefined
  readonly expression: RegExp
  readonly replacement: string
}

/** The masks of a policy, compiled once. */
export function maskText(policy: Policy): MaskText {
  const rules = textRules(policy)
  const stages: Stage[] = []
  const add = (steps: readonly Step[], rule?: string) => {
    for (const { pattern, replacement } of steps)
      stages.push({ rule, expression: toRegExp(parsePattern(pattern)), replacement: javaScriptReplacement(replacement) })
  }
  add(openingSteps(policy.filters.filter((filter) => filter.type === 'regex')))
  for (const [index, { name, after, steps }] of rules.entries()) {
    const marks = after === undefined ? undefined : afterSteps(after)
    if (marks && rules[index - 1]?.after !== after) add([marks.before])
    add(steps, name)
    if (marks && rules[index + 1]?.after !== after) add([marks.behind])
  }
  add([CLOSING_STEP])
  return (text, fired) => stages.reduce((masked, stage) => run(stage, masked, fired), text)
}

function run({ rule, expression, replacement }: Stage, text: string, fired?: string[]): string {
  const changed = text.replace(expression, replacement)
  // Marks alone are no change: what is left between them must differ.
  if (fired && rule !== undefined && changed !== text && !fired.includes(rule) && bare(changed) !== bare(text)) fired.push(rule)
  return changed
}

const bare = (text: string) => text.replaceAll(/[\uFDD0-\uFDD2]/g, '')
