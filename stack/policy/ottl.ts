// Text inside the collector's configuration: literals of OTTL, literals of RE2.

/** A string literal of OTTL inside the collector's configuration, where `$` stands for a variable and `$$` for itself. */
export function ottl(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  return `"${escaped.replaceAll('$', '$$$$')}"`
}

/** The RE2 pattern that matches this text and nothing else. */
export function quoteRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** The OTTL condition that the value of a path contains one of these patterns. */
export function containsAny(path: string, patterns: readonly string[]): string {
  return `(${patterns.map((pattern) => `IsMatch(${path}, ${ottl(pattern)})`).join(' or ')})`
}
