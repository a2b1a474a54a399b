// Terms: parts that several patterns of a policy share.

const DEEPEST = 8
/** A name in braces; a repeat has digits in them. */
const TERM = /\{([a-z][a-z_]*)\}/g

/**
 * The text with each `{name}` replaced by its term, in a group of its own so that it stays one thing.
 * @param fault takes what is wrong, and the number of the character of the text where it stands
 */
export function fillTerms(
  text: string,
  terms: Readonly<Record<string, string>>,
  fault: (message: string, at: number) => void,
  depth = 0,
): string {
  if (depth > DEEPEST) {
    fault('terms that contain each other', 0)
    return text
  }
  return text.replaceAll(TERM, (whole, name: string, at: number) => {
    const term = terms[name]
    if (term === undefined) {
      fault(`there is no term ${name}`, at)
      return whole
    }
    return `(?:${fillTerms(term, terms, (message) => fault(message, at), depth + 1)})`
  })
}

/** Which character of a text a character of it with its terms filled in comes from; of a term it is the first of its name. */
export function beforeTerms(text: string, terms: Readonly<Record<string, string>>, at: number): number {
  let [read, filled] = [0, 0]
  for (const { 0: whole, index } of text.matchAll(TERM)) {
    if (at < filled + index - read) break
    filled += index - read
    const { length } = fillTerms(whole, terms, () => {})
    if (at < filled + length) return index
    filled += length
    read = index + whole.length
  }
  return read + at - filled
}
