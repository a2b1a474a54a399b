// Mutants of SQL: every rule at every place, one change each, with ids that stay while the text does.

import { calls } from './rules/calls.ts'
import { clauses } from './rules/clauses.ts'
import { operators } from './rules/operators.ts'
import type { Rule } from './rules/rule.ts'
import { values } from './rules/values.ts'
import { Sql } from './sql/sql.ts'

/** Fixed before they were first run; a rule that is taken out would hide what it found. */
export const rules: readonly Rule[] = [...operators, ...clauses, ...calls, ...values]

export interface Mutant {
  /** `part:rule:number`, numbers from 1 in the order of the text. */
  readonly id: string
  /** Where the change begins, from 1 in the part. */
  readonly line: number
  /** What is there instead of what; either may be empty. */
  readonly before: string
  readonly after: string
  /** The whole text with the change. */
  readonly sql: string
}

/** All mutants of a text, each text once; what is only set for a query stays. @param part what their ids begin with: the file, and the statement where a file has several */
export function mutantsOf(part: string, text: string): Mutant[] {
  const sql = new Sql(text)
  const seen = new Set([bare(sql)])
  return rules.flatMap((rule) => {
    let number = 0
    return rule
      .changes(sql)
      .filter((change) => !sql.isSetting(change))
      .toSorted((a, b) => a.from - b.from)
      .flatMap((change): Mutant[] => {
        const from = sql.tokens[change.from]?.at ?? text.trimEnd().length
        const last = change.to > change.from ? sql.tokens[change.to - 1] : undefined
        const to = last === undefined ? from : last.at + last.text.length
        const after = last === undefined ? ` ${change.text} ` : change.text
        const mutated = text.slice(0, from) + after + text.slice(to)
        const key = bare(new Sql(mutated))
        if (seen.has(key)) return []
        seen.add(key)
        number += 1
        const line = text.slice(0, from).split('\n').length
        return [{ id: `${part}:${rule.name}:${number}`, line, before: text.slice(from, to), after, sql: mutated }]
      })
  })
}

/** Without what means nothing. */
function bare(sql: Sql): string {
  return JSON.stringify(sql.tokens.map(({ text }) => text))
}
