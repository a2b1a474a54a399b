// Takes the text of ClickHouse's SQL apart into tokens, of which nothing is lost: joined they are the text again.

export type Kind = 'space' | 'comment' | 'string' | 'number' | 'word' | 'parameter' | 'symbol'

export interface Token {
  readonly kind: Kind
  readonly text: string
  /** Where it begins in the text, in UTF-16 units. */
  readonly at: number
}

/** In the order in which they are tried. What fits none is a symbol of its own. */
const FORMS: readonly (readonly [Kind, RegExp])[] = [
  ['space', /\s+/y],
  ['comment', /--[^\n]*|\/\*[\s\S]*?\*\//y],
  ['string', /'(?:[^'\\]|\\[\s\S]|'')*'/y],
  ['parameter', /\{\w+:[^{}]+\}/y],
  ['number', /\d+(?:\.\d*)?(?:[eE][+-]?\d+)?/y],
  ['word', /[\p{L}_]\w*|`(?:[^`\\]|\\[\s\S])*`|"(?:[^"\\]|\\[\s\S])*"/uy],
  ['symbol', /<=|>=|!=|<>|==|->|::|\|\||[\s\S]/y],
]

/** Takes any text; what is no SQL becomes symbols. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    for (const [kind, form] of FORMS) {
      form.lastIndex = at
      const [found] = form.exec(text) ?? []
      if (found === undefined) continue
      tokens.push({ kind, text: found, at })
      at += found.length
      break
    }
  }
  return tokens
}
