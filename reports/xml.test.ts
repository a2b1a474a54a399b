// Escaping: whatever the text, the XML stays XML.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { element, escapeXml, escapeXmlAttribute } from './xml.ts'

// Char of XML 1.0, https://www.w3.org/TR/xml/#charsets
// biome-ignore lint/suspicious/noControlCharactersInRegex: white space that XML allows
const legal = /^(?:[\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd]|[\u{10000}-\u{10ffff}])*$/u

describe('XML', () => {
  test('any text becomes characters that XML 1.0 allows, without markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const escaped of [escapeXml(text), escapeXmlAttribute(text)]) {
          expect(escaped).toMatch(legal)
          expect(escaped).not.toMatch(/[<>"]|&(?!amp;|lt;|gt;|quot;|#13;|#10;|#9;)/)
        }
      }),
    )
  })

  test('characters that XML 1.0 forbids become visible', () => {
    expect(escapeXml('a\u0000b\u001b[31m\ufffe\ud800')).toBe('a\\u{0}b\\u{1b}[31m\\u{fffe}\\u{d800}')
  })

  test('characters beyond the basic plane stay as they are', () => {
    expect(escapeXml('😀')).toBe('😀')
  })

  test('the end of a CDATA section cannot appear', () => {
    expect(escapeXml(']]>')).toBe(']]&gt;')
  })

  test('line feeds in attributes survive a parser', () => {
    expect(element('a', { text: 'x\ny\t"' })).toBe('<a text="x&#10;y&#9;&quot;"/>')
  })

  test('children stand between the tags', () => {
    expect(element('a', {}, [element('b', { n: 1 })])).toBe('<a><b n="1"/></a>')
  })
})
