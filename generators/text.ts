// Texts made of spans, so that what must be stored of a text is known by construction and not by running patterns over it.

/** A private stretch of text and what must stand in its place. */
export interface PrivateSpan {
  readonly private: string
  readonly stored: string
  /** The whole record must be kept out of every table, for example because of a path through a secret directory. */
  readonly excludes?: true
}

export type Span = string | PrivateSpan
export type Text = readonly Span[]

/** The text as the client sends it. */
export function rawOf(text: Text): string {
  let raw = ''
  for (const span of text) raw += typeof span === 'string' ? span : span.private
  return raw
}

/** The text as it must be stored. */
export function storedOf(text: Text): string {
  let stored = ''
  for (const span of text) stored += typeof span === 'string' ? span : span.stored
  return stored
}

/** Texts one after the other with a separator between them; a separator that ends secrets keeps spans apart. */
export function joinTexts(texts: readonly Text[], separator: string): Text {
  const spans: Span[] = []
  texts.forEach((text, index) => {
    if (index > 0) spans.push(separator)
    spans.push(...text)
  })
  return spans
}

/** A value that may hold texts anywhere, to be written as JSON with the spans kept. */
export type JsonNode =
  | string
  | number
  | boolean
  | null
  | JsonText
  | readonly JsonNode[]
  | { readonly [key: string]: JsonNode }

/** Marks a text inside a JsonNode; plain arrays there are JSON arrays. */
export interface JsonText {
  readonly text: Text
}

/** `JSON.stringify` for a node with texts in it: escapes the private spans as well, so JSON inside JSON stays known. */
export function jsonText(node: JsonNode): Text {
  const spans: Span[] = []
  write(node, spans)
  return spans
}

function write(node: JsonNode, spans: Span[]): void {
  if (node === null || typeof node !== 'object') spans.push(JSON.stringify(node))
  else if (isArray(node)) writeList('[', node, ']', spans, (item) => write(item, spans))
  else if (isJsonText(node)) spans.push('"', ...node.text.map(escapeSpan), '"')
  else
    writeList('{', Object.entries(node), '}', spans, ([key, value]) => {
      spans.push(`${JSON.stringify(key)}:`)
      write(value, spans)
    })
}

function writeList<T>(
  open: string,
  items: readonly T[],
  close: string,
  spans: Span[],
  writeItem: (item: T) => void,
): void {
  spans.push(open)
  items.forEach((item, index) => {
    if (index > 0) spans.push(',')
    writeItem(item)
  })
  spans.push(close)
}

// Array.isArray does not narrow readonly arrays out of a union.
function isArray(node: JsonNode): node is readonly JsonNode[] {
  return Array.isArray(node)
}

function isJsonText(node: object): node is JsonText {
  return 'text' in node && Array.isArray(node.text)
}

function escapeSpan(span: Span): Span {
  if (typeof span === 'string') return escapeJson(span)
  return { ...span, private: escapeJson(span.private), stored: escapeJson(span.stored) }
}

function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}
