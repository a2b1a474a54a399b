// Compiles the policy's patterns into the statements that mask, each run only on what its prefilter lets through.
import { IDENTIFYING, NAMES, PLAIN, REWRITTEN, SUSPECT } from './identity.ts'
import { containsAny, ottl } from './ottl.ts'
import type { Policy } from './policy.ts'
import { prefilterOf } from './prefilter.ts'

type Rule = Extract<Policy['filters'][number], { type: 'regex' }>

const NAMED = `^(${NAMES.join('|')})$`
const ALL_PLAIN = `^(?:${PLAIN}\n)*${PLAIN}$`

/**
 * The statements that mask the attributes at `path`, and the body when there is one.
 * To run a pattern over every value is slow, so all texts are joined once (`text`, `lower`) and searched for what each
 * match contains. It fails towards masking: a rule is passed over (`cleanN`) only after a search that found nothing.
 */
export function maskStatements(policy: Policy, path: string, body?: string): string[] {
  const rules = policy.filters.flatMap((filter) => (filter.type === 'regex' ? [filter] : []))
  const cache = `${path.split('.')[0]}.cache`
  const identity = `${cache}["identity"]`
  const names = `${cache}["names"]`
  const values = `Concat(Values(${names}), ${ottl('\n')})`
  // Only records have names: what tells a data point from another is all of its attributes.
  const ofRecord = (statements: string[]) => (body ? statements : [])
  return [
    `set(${identity}, ${path})`,
    `keep_matching_keys(${identity}, ${ottl(IDENTIFYING)})`,
    ...rules.flatMap((rule, index) => ruleStatements(rule, index + 1, { path, body, cache })),
    `merge_maps(${path}, ${identity}, "upsert")`,
    ...ofRecord([
      `keep_matching_keys(${names}, ${ottl(NAMED)}) where ${cache}["searched"] == true`,
      `set(${cache}["plain"], true) where ${cache}["searched"] == true and IsMatch(${values}, ${ottl(ALL_PLAIN)}) and not IsMatch(${values}, ${ottl(SUSPECT)})`,
      `merge_maps(${path}, ${names}, "upsert") where ${cache}["plain"] == true`,
      // The database counts them towards identity only where no policy can have rewritten them.
      `set(${path}[${ottl(REWRITTEN)}], true) where ${cache}["searched"] == true and ${cache}["plain"] == nil`,
    ]),
  ]
}

interface Place {
  readonly path: string
  readonly body: string | undefined
  readonly cache: string
}

function ruleStatements({ pattern, replacement }: Rule, number: number, place: Place): string[] {
  const { path, body, cache } = place
  const clean = `${cache}["clean${number}"]`
  const search = searchStatements(pattern, clean, place)
  const unlessClean = search.length === 0 ? [] : [`${clean} == nil`]
  const replace = `${ottl(pattern)}, ${ottl(replacement)}`
  return [
    ...search,
    // As they are before the first pattern that may change them; most records never come here.
    ...(body ? [where(`set(${cache}["names"], ${path})`, [`${cache}["names"] == nil`, ...unlessClean])] : []),
    where(`replace_all_patterns(${path}, "value", ${replace})`, unlessClean),
    ...(body ? [where(`replace_pattern(${body}, ${replace})`, [...unlessClean, `IsString(${body})`])] : []),
    // A replacement may make what a later pattern matches: the texts are joined again.
    where(`keep_keys(${cache}, ["identity", "names"])`, unlessClean),
    ...(body ? [where(`set(${cache}["searched"], true)`, unlessClean)] : []),
  ]
}

function where(statement: string, conditions: readonly string[]): string {
  return conditions.length === 0 ? statement : `${statement} where ${conditions.join(' and ')}`
}

/** Sets `clean` when the pattern cannot match; nothing when that cannot be told. */
function searchStatements(pattern: string, clean: string, { path, body, cache }: Place): string[] {
  const prefilter = prefilterOf(pattern)
  if (!prefilter) return []
  const text = `${cache}["text"]`
  const lower = `${cache}["lower"]`
  const searched = prefilter.lower ? lower : text
  const values = `Concat(Values(${path}), ${ottl('\n')})`
  return [
    `set(${text}, ${body ? `Concat([${body}.string, ${values}], ${ottl('\n')})` : values}) where ${text} == nil`,
    ...(prefilter.lower ? [`set(${lower}, ToLowerCase(${text})) where ${lower} == nil`] : []),
    `set(${clean}, true) where ${searched} != nil and not ${containsAny(searched, prefilter.anyOf)}`,
  ]
}
