// Makes text from outside safe to look at: characters that hide, reorder or colour what stands there become visible.

// Controls, bidirectional marks and overrides, zero-width characters, and halves of surrogate pairs.
const deceptive =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters to find
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]|\p{Surrogate}/gu

/** The same text with deceptive characters written as `\u{202e}`. Tabs and line feeds stay. */
export function visibleText(text: string): string {
  return text.replace(deceptive, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** The same on one line: white space of any kind becomes one space. */
export function visibleLine(text: string): string {
  return visibleText(text.replace(/\r?\n|\r|\t/g, ' ')).trim()
}

/** At most `maxLength` characters; what is left out is counted at the end. */
export function clip(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const kept = text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '')
  return `${kept}… (${text.length - kept.length} more characters)`
}
