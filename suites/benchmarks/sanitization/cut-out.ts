// A scanner as a sanitizer: neither of them redacts a text, so what it finds is cut out of it. (Their --redact is for their own reports.)
import type { Judge } from '../../../harness/privacy/judges/judge.ts'
import { scanTexts } from '../../../harness/privacy/judges/judges.ts'
import type { Attribute } from './collector.ts'

const MARK = '[CUT]'

/** The judge sees the name before the text where the name tells something: `api_key=…`. */
export async function cutOut(judge: Judge, attributes: readonly Attribute[]): Promise<string[]> {
  const findings = await scanTexts(
    judge,
    attributes.map(({ key, text }) => (key === '' ? text : `${key}=${text}`)),
  )
  const matches = Map.groupBy(findings, ({ text }) => text)
  return attributes.map(({ text }, number) =>
    without(
      text,
      (matches.get(number) ?? []).map(({ match }) => match),
    ),
  )
}

/** The text without any of these, however often they are in it. One that a scanner has decoded first is not in the text. */
export function without(text: string, matches: readonly string[]): string {
  // The longer first: of one within another nothing is to be left.
  const longestFirst = [...new Set(matches)].filter((match) => match !== '').toSorted((a, b) => b.length - a.length)
  return longestFirst.reduce((left, match) => left.replaceAll(match, MARK), text)
}
