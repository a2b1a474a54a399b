// Puts marks in the place of values that are bytes.
import { ottl } from './ottl.ts'

/** What stands for a value of bytes; and what no name holds, behind a name and behind its value. */
export const BYTES = '[REDACTED_BYTES]'
const PAIR = ['\u001e', '\u001f'] as const
const BASE64 = '[A-Za-z0-9+/]'
/** Base64 of seven bytes; fewer hold nothing that is private, and stay. */
const SHORTEST = 10

/** The condition that one of joined values may be bytes: a line of base64. What could not be joined may hold some, too. */
export function mayHoldBytes(joined: string): string {
  return `${joined} == "" or IsMatch(${joined}, ${ottl(`(?m)^${BASE64}{${SHORTEST},}={0,2}$`)})`
}

/**
 * No rule reads what bytes hold, and as a text they would be base64, in which nothing is found: a mark stands in their place. OTTL cannot ask
 * for values that are bytes: of all values as text they are what is left when texts, numbers, lists and maps are taken away.
 */
export function withoutBytes(context: string, map: string, condition: string): string[] {
  const cache = (name: string) => `${context}.cache["${name}"]`
  const [kinds, pairs, bytes] = [cache('kinds'), cache('pairs'), cache('bytes')]
  const [behindName, behindValue] = PAIR
  const isNumber = '-?[0-9][0-9.eE+-]*|[+-]?Inf(?:inity)?|NaN|true|false'
  return [
    `delete_matching_keys(${context}.cache, "^(?:kinds|pairs|bytes)$$")`,
    `set(${kinds}, ${map}) where ${condition}`,
    ...[
      `truncate_all(${kinds}, 1)`,
      `replace_all_patterns(${kinds}, "value", ${ottl('(?s)^.')}, "")`,
      `stringify_all(${kinds})`,
      `replace_all_patterns(${kinds}, "value", ${ottl(`(?s)^(?:${isNumber}|[\\[{].*|${BASE64}{0,${SHORTEST - 1}}={0,2})$`)}, "")`,
    ].map((each) => `${each} where ${kinds} != nil`),
    `set(${pairs}, ToKeyValueString(${kinds}, ${PAIR.map(ottl).join(', ')})) where ${kinds} != nil and Concat(Values(${kinds}), "") != ""`,
    ...[
      `replace_pattern(${pairs}, ${ottl(`[^${behindName}${behindValue}]+${behindName}(?:${behindValue}|$)`)}, "")`,
      `replace_pattern(${pairs}, ${ottl(`${behindValue}$`)}, "")`,
      `set(${bytes}, ParseKeyValue(${pairs}, ${PAIR.map(ottl).join(', ')}))`,
      `replace_all_patterns(${bytes}, "value", ${ottl('(?s)^.*$')}, ${ottl(BYTES)})`,
      `merge_maps(${map}, ${bytes}, "update")`,
    ].map((each) => `${each} where ${pairs} != nil`),
  ]
}
