// A text inside a pattern.

/** The RE2 pattern that matches this text and nothing else. */
export function quoteRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
