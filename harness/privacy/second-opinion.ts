// What the judges still find in sanitized texts: a second opinion, from people who know neither the policy nor the canaries.
import { type Bench, scanTexts } from './judges/judges.ts'
import type { Sanitizer } from './sanitizer.ts'

export interface Opinion {
  readonly judge: string
  /** Texts in which something was found, before and after. */
  readonly before: number
  readonly after: number
  /** By rule, those after; the rule with most of them first, with one match. */
  readonly rules: readonly {
    readonly rule: string
    readonly texts: number
    readonly match: string
    readonly text: string
  }[]
}

export async function secondOpinions(
  { judges }: Bench,
  texts: readonly { readonly text: string; readonly key?: string }[],
  sanitize: Sanitizer,
): Promise<Opinion[]> {
  const sanitized = texts.map(({ text, key }) => sanitize(text, key))
  const opinions: Opinion[] = []
  for (const judge of judges) {
    const before = await scanTexts(
      judge,
      texts.map(({ text }) => text),
    )
    const after = await scanTexts(judge, sanitized)
    const rules = [...Map.groupBy(after, ({ rule }) => rule)].map(([rule, found]) => ({
      rule,
      texts: new Set(found.map(({ text }) => text)).size,
      match: found[0]?.match ?? '',
      text: sanitized[found[0]?.text ?? -1] ?? '',
    }))
    opinions.push({
      judge: judge.name,
      before: new Set(before.map(({ text }) => text)).size,
      after: new Set(after.map(({ text }) => text)).size,
      rules: rules.toSorted((a, b) => b.texts - a.texts),
    })
  }
  return opinions
}

/** @param leaks whether to show a match of every rule */
export function opinionText({ judge, before, after, rules }: Opinion, leaks: boolean): string {
  const shown = rules.map(({ rule, texts, match, text }) =>
    leaks ? `    ${rule}: ${texts}, e.g. ${JSON.stringify(match)} in ${JSON.stringify(text)}` : `    ${rule}: ${texts}`,
  )
  return [`${judge}: finds something in ${before} texts before and in ${after} after`, ...shown].join('\n')
}
