// Compiles the policy's path filters into the conditions under which an event is left out.
import type { Policy } from '../../policy.ts'
import { quoteRegex } from '../../quote-regex.ts'
import { ottl } from './ottl.ts'

/** The conditions on the attributes and, when there is one, the body; any of them suffices. */
export function excludeConditions(policy: Policy, attributes: string, body?: string): string[] {
  const directories = policy.filters.flatMap((filter) =>
    filter.type === 'path_filter' ? filter.patterns.map((pattern) => pattern.slice(2, -2)) : [],
  )
  // Not the attributes as JSON: there is none of a value that is no number (NaN), and the event would be kept.
  const text = `ToKeyValueString(${attributes}, ":", ${ottl('\n')})`
  const names = directories.map((directory) => directory.replaceAll('"', '\\"'))
  const search = names.length === 0 ? '' : `${mentions(text, names)} and `
  return [search + isInside(text, names), ...(body ? [isInside(body, directories)] : [])]
}

function isInside(path: string, directories: readonly string[]): string {
  // A pattern that matches nothing keeps the processor valid when the policy excludes nothing.
  const pattern = directories.length === 0 ? '^\\b$' : `[/\\\\](?:${directories.map(quoteRegex).join('|')})[/\\\\]`
  return `IsMatch(${path}, ${ottl(pattern)})`
}

/**
 * The condition that a text contains one of the names, in a fraction of the time that the pattern takes: each name in it is turned
 * into the last one, which is searched for.
 */
function mentions(text: string, names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  const joined = names
    .slice(0, -1)
    .reduce((inner, name) => `Concat(Split(${inner}, ${ottl(name)}), ${ottl(last)})`, text)
  return `IsMatch(${joined}, ${ottl(quoteRegex(last))})`
}
