// Compiles the policy's path filters into the conditions under which an event is left out.
import { ottl, quoteRegex } from './ottl.ts'
import type { Policy } from './policy.ts'

/** The conditions on the attributes and, when there is one, the body; any of them suffices. */
export function excludeConditions(policy: Policy, attributes: string, body?: string): string[] {
  const directories = policy.filters.flatMap((filter) =>
    filter.type === 'path_filter' ? filter.patterns.map((pattern) => pattern.slice(2, -2)) : [],
  )
  // A pattern that matches nothing keeps the processor valid when the policy excludes nothing.
  const pattern = directories.length === 0 ? '^\\b$' : `[/\\\\](?:${directories.map(quoteRegex).join('|')})[/\\\\]`
  const match = (path: string) => `IsMatch(${path}, ${ottl(pattern)})`
  const names = directories.map(literalOf)
  const guard = names.length > 0 && names.every((name) => name !== '') ? `${mentions(attributes, names)} and ` : ''
  return [guard + match(attributes), ...(body ? [match(body)] : [])]
}

/**
 * The condition that a key or a value contains one of the names: in a fraction of the time that the JSON takes which the
 * pattern is matched against. The text is joined once: each name in it is turned into the last one, which is searched for.
 */
function mentions(attributes: string, names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  const text = names
    .slice(0, -1)
    .reduce(
      (inner, name) => `Concat(Split(${inner}, ${ottl(name)}), ${ottl(last)})`,
      `ToKeyValueString(${attributes}, ":", ${ottl('\n')})`,
    )
  return `IsMatch(${text}, ${ottl(quoteRegex(last))})`
}

/**
 * What the joined text contains whenever the JSON contains the directory between slashes; empty when that is not known.
 * The backslash before it may be the first half of an escape (`\n`, `\u003c`), which the joined text does not have.
 */
function literalOf(directory: string): string {
  return /^[\w.-]+$/.test(directory) ? directory.replace(/^(?:[bfnrt]|u[0-9a-f]{4})/, '') : ''
}
