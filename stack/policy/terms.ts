// Terms: parts that several patterns of a policy share.

const DEEPEST = 8
/** A name in braces; a repeat has digits in them. */
const TERM = /\{([a-z][a-z_]*)\}/g

/** The text with each `{name}` replaced by its term, in a group of its own so that it stays one thing. */
export function fillTerms(
  text: string,
  terms: Readonly<Record<string, string>>,
  fault: (message: string) => void,
  depth = 0,
): string {
  if (depth > DEEPEST) {
    fault('terms that contain each other')
    return text
  }
  return text.replaceAll(TERM, (whole, name: string) => {
    const term = terms[name]
    if (term === undefined) {
      fault(`there is no term ${name}`)
      return whole
    }
    return `(?:${fillTerms(term, terms, fault, depth + 1)})`
  })
}
