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
  readonly run: (text: string) => string
}

/** The masks of a policy, compiled once. */
export function maskText(policy: Policy): MaskText {
  const stages = stagesOf(policy)
  return (text, fired) => runStages(stages, text, (rule) => fired?.push(rule))
}

/** Runs the rules of a policy, or the substitutions of one rule, and tells of each rule that changed the text. */
export function maskStages(
  what: Policy | readonly Step[],
  text: string,
  changed: (rule: string, before: string, after: string) => void = () => {},
): string {
  return runStages(
    'filters' in what ? stagesOf(what) : [{ rule: undefined, run: substitute(what) }, closing],
    text,
    changed,
  )
}

function stagesOf(policy: Policy): Stage[] {
  const rules = textRules(policy)
  const opening = openingSteps(policy.filters.filter((filter) => filter.type === 'regex'))
  const stages = rules.flatMap(({ name, after, steps }, index): Stage[] => {
    const marks = after === undefined ? undefined : afterSteps(after)
    const before =
      marks && rules[index - 1]?.after !== after ? [{ rule: undefined, run: substitute([marks.before]) }] : []
    const behind =
      marks && rules[index + 1]?.after !== after ? [{ rule: undefined, run: substitute([marks.behind]) }] : []
    return [...before, { rule: name, run: substitute(steps) }, ...behind]
  })
  return [{ rule: undefined, run: substitute(opening) }, ...stages, closing]
}

function substitute(steps: readonly Step[]): (text: string) => string {
  const compiled = steps.map(({ pattern, replacement }) => ({
    expression: toRegExp(parsePattern(pattern)),
    replacement: javaScriptReplacement(replacement),
  }))
  return (text) => compiled.reduce((each, { expression, replacement }) => each.replace(expression, replacement), text)
}

const closing: Stage = { rule: undefined, run: substitute([CLOSING_STEP]) }

function runStages(
  stages: readonly Stage[],
  text: string,
  changed: (rule: string, before: string, after: string) => void,
): string {
  return stages.reduce((before, { rule, run }) => {
    const after = run(before)
    // Marks alone are no change: what is left between them must differ.
    if (rule !== undefined && after !== before && bare(after) !== bare(before)) changed(rule, bare(before), bare(after))
    return after
  }, text)
}

const bare = (text: string) => text.replaceAll(/[\uFDD0-\uFDD2]/g, '')
