// Which real lines hold something that looks private even to a person, so that masking it is no mistake. As few as possible: a line
// that only speaks of passwords and tokens, in whatever form, is what a policy must leave as it is.

const REASONS: readonly { readonly reason: string; readonly pattern: RegExp }[] = [
  // Authors in comments: real people, whose addresses the policy exists for.
  {
    reason: 'an e-mail address',
    pattern: /[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|dev|info|[a-z]{2})\b/i,
  },
  // Examples of credentials in documentation: a literal in quotes that a telling name is given.
  {
    reason: 'a literal given to a telling name',
    pattern:
      /(?:passw(?:or)?d|passwd|secret|token|api_?key|access_?key)["']?\s*(?::|=|:=|=>)\s*["'`][^"'`\s]{5,}["'`]/i,
  },
  { reason: 'a password in a URL', pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'<>]*:[^\s/@"'<>]+@/i },
  { reason: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY/ },
  {
    reason: 'an example of a header',
    pattern: /\b(?:authorization|cookie)["']?\s*:\s*["']?(?:basic|bearer|digest) [\w+/=-]{8,}/i,
  },
  // The value of a cookie cannot be told from a session's.
  { reason: 'an example of a cookie', pattern: /\bcookie["']?\s*[:=]\s*\[?["']?[\w.-]+=[^\s;]/i },
]

/** Why masking something in the line would be right; undefined where the line must stay. */
export function rightlyMasked(line: string): string | undefined {
  return REASONS.find(({ pattern }) => pattern.test(line))?.reason
}
