// Masks bytes that are no request: half a line that a power cut left, or something foreign.
import { isUtf8 } from 'node:buffer'
import type { Attributes } from './attributes.ts'

/** An attribute in OTLP JSON; the second of the groups is its name, the last its value, which may have been cut off. */
const ATTRIBUTE =
  /("key"\s*:\s*"((?:[^"\\]|\\.){1,200})"\s*,\s*"value"\s*:\s*\{\s*"stringValue"\s*:\s*")((?:[^"\\]|\\.)*)/g

const BYTES = /("bytesValue"\s*:\s*")([A-Za-z0-9+/_=-]+)/g

/** The bytes with what is private replaced; undefined when they mention what leaves out an event, as nobody can tell which. */
export function maskFragment(attributes: Attributes, bytes: Buffer): Buffer | undefined {
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1'
  const text = bytes.toString(encoding)
  attributes.mentionsExcluded = false
  const identified = text.replace(ATTRIBUTE, (whole, before: string, key: string, value: string) => {
    const facts = attributes.factsOf(key)
    if (!facts.special) return whole
    const decided = attributes.decide(value, facts)
    return decided === value ? whole : before + JSON.stringify(decided).slice(1, -1)
  })
  const decoded = identified.replace(BYTES, (whole, before: string, base64: string) => {
    const content = Buffer.from(base64, 'base64')
    const masked = attributes.content(content)
    return masked === content ? whole : before + masked.toString('base64')
  })
  const masked = attributes.eventText(decoded)
  const { mentionsExcluded } = attributes
  attributes.mentionsExcluded = false
  if (mentionsExcluded) return undefined
  return masked === text ? bytes : Buffer.from(masked, encoding)
}
