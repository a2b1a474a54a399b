// Writes XML 1.0: elements from names, attributes and children, with everything escaped.

// What XML 1.0 forbids even as a character reference: most controls, halves of surrogate pairs, U+FFFE and U+FFFF.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters to find
const illegal = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
])

/** A text for element content; characters that XML 1.0 forbids become visible as `\u{0}`. */
export function escapeXml(text: string): string {
  return text
    .replace(illegal, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(/[&<>"]/g, (character) => entities.get(character) ?? '')
    .replaceAll('\r', '&#13;')
}

/** A text for an attribute in double quotes; white space survives the parser's normalization. */
export function escapeXmlAttribute(text: string): string {
  return escapeXml(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
}

/** One element; children are finished XML. Names are the caller's own and are not checked. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly string[] = [],
): string {
  const head = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escapeXmlAttribute(String(value))}"`),
  ]
  return children.length === 0 ? `<${head.join(' ')}/>` : `<${head.join(' ')}>${children.join('')}</${name}>`
}
