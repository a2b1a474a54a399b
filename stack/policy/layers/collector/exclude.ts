// Compiles the policy's path filters: statements that mark what touches a directory, and the condition under which it is left out.
import { type PathFilter, pathFilter } from '../../paths.ts'
import { parsePattern } from '../../pattern.ts'
import type { Policy } from '../../policy.ts'
import { prefilterOf } from '../../prefilter.ts'
import { quoteRegex } from '../../quote-regex.ts'
import type { Group } from './mask.ts'
import { containsAny, ottl } from './ottl.ts'

/** The attribute that says so. The guard takes it off what a client sends. */
const MARK = 'telemetry.excluded'

/** What the filter drops. @param map of the attributes */
export const excludeCondition = (map: string) => `${map}[${ottl(MARK)}] == true`

/**
 * Marks what touches a directory; what mentions none pays for the search only.
 * @param body a path beside the attributes that is looked at, too
 */
export function excludeGroups(policy: Policy, context: string, body?: string): Group[] {
  const filter = pathFilter(policy)
  if (!filter) return []
  const map = `${context}.attributes`
  const cache = (name: string) => `${context}.cache["${name}"]`
  // Not the attributes as JSON: there is none of a value that is no number (NaN). Names and values have a line each; the backslash that stands
  // before a quotation mark there goes with those of JSON.
  const attributes = `ToKeyValueString(${map}, ${ottl('\n')}, ${ottl('\n\n')})`
  const near = filter.near.map((literal) => `IsMatch(${cache('lower')}, ${ottl(quoteRegex(literal))})`)
  const onlyNear = `where ${cache('near')} == true`
  const joined = `Concat([${cache('text')}, String(${body})], ${ottl('\n\n')})`
  return [
    {
      context,
      conditions: [
        mentions(attributes, filter),
        ...(body ? [`${body} != nil and ${mentions(`String(${body})`, filter)}`] : []),
      ],
      statements: [
        `set(${cache('text')}, ${attributes})`,
        ...(body ? [`set(${cache('text')}, ${joined}) where ${body} != nil`] : []),
        `set(${cache('lower')}, ToLowerCase(${cache('text')}))`,
        `set(${cache('near')}, true) where ${near.join(' or ')}`,
        ...filter.steps.map(
          ({ pattern, replacement }) =>
            `replace_pattern(${cache('text')}, ${ottl(pattern)}, ${ottl(replacement)}) ${onlyNear}${mayMatch(cache('text'), pattern)}`,
        ),
        `set(${map}[${ottl(MARK)}], true) ${onlyNear} and IsMatch(${cache('text')}, ${ottl(filter.touches)})`,
      ],
    },
  ]
}

/** What every match contains is found in a fraction of the time that the pattern takes. */
function mayMatch(path: string, pattern: string): string {
  const prefilter = prefilterOf(parsePattern(pattern), 0)
  return prefilter && !prefilter.lower ? ` and ${containsAny(path, prefilter.anyOf)}` : ''
}

/**
 * The condition that a text contains one of the names in any letter case, in a fraction of the time that a pattern takes: each name is turned
 * into the last one, which is searched for.
 */
function mentions(text: string, { names }: PathFilter): string {
  const last = names.at(-1) ?? ''
  const joined = names
    .slice(0, -1)
    .reduce((inner, name) => `Concat(Split(${inner}, ${ottl(name)}), ${ottl(last)})`, `ToLowerCase(${text})`)
  return `IsMatch(${joined}, ${ottl(quoteRegex(last))})`
}
