// OTLP JSON as programs write it: the protobuf JSON mapping also allows the names of the .proto file, of fields and of enumerations, null
// for a list, and no list.
import protobuf from 'protobufjs'
import { property } from '../property.ts'
import { outermost, requestTypes, type Signal } from './codec.ts'
import { parseExactly } from './exact-json.ts'

/** `time_unix_nano` → `timeUnixNano`, for each field of more than one word. */
const camelCase = new Map<string, string>()
for (const type of namedTypes(requestTypes.logs.root))
  for (const name of Object.keys(type.fields)) camelCase.set(snakeCase(name), name)

/** A key of more than one word, or the name of an enumeration's value; without one the text needs no look at each key. */
const MAY_BE_UNUSUAL = /"[a-z]+(?:_[a-z]+)+"\s*:|"(?:SEVERITY_NUMBER|AGGREGATION_TEMPORALITY)_/
/** Names of OTLP before 1.0, and of the Go structs of its messages: receivers pass over unknown names, and the records in them are lost. */
const LOST_NAMES =
  /"(instrumentation(?:Library(?:Logs|Metrics)|_library_(?:logs|metrics)))"\s*:|"value"\s*:\s*\{\s*"(Value)"\s*:/
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']
/** The values of the two enumerations that a request may hold, by field and name. */
const enumerations: Readonly<Record<string, ReadonlyMap<unknown, number>>> = {
  severityNumber: new Map([
    ['SEVERITY_NUMBER_UNSPECIFIED', 0],
    ...LEVELS.flatMap((level, index) =>
      ['', '2', '3', '4'].map((step, more) => [`SEVERITY_NUMBER_${level}${step}`, 4 * index + more + 1] as const),
    ),
  ]),
  aggregationTemporality: new Map(
    ['UNSPECIFIED', 'DELTA', 'CUMULATIVE'].map((name, index) => [`AGGREGATION_TEMPORALITY_${name}`, index]),
  ),
}

/**
 * The text in the form that every part of this program knows: lowerCamelCase names, numbers for the values of enumerations, and the
 * request's list, an empty one where it is null or the request is `{}`. The text itself where it has that form. Integers keep every digit.
 * @param parsed the same text, parsed
 * @throws RangeError when it is nested so deep that it cannot be written again
 * @see https://protobuf.dev/programming-guides/json/
 */
export function usualForm(signal: Signal, text: Buffer, parsed: unknown): Buffer {
  if (typeof parsed !== 'object' || Array.isArray(parsed)) return text
  const list = outermost[signal]
  if (parsed === null || Object.keys(parsed).length === 0) return Buffer.from(`{"${list}":[]}`)
  const inText = text.toString()
  if (!MAY_BE_UNUSUAL.test(inText) && property(parsed, list) !== null) return text
  const renamed = withUsualNames(parseExactly(inText))
  return Buffer.from(JSON.stringify(property(renamed, list) === null ? { ...Object(renamed), [list]: [] } : renamed))
}

/** @throws Error when what the text holds would be passed over by every receiver */
export function refuseLostNames(text: Buffer): void {
  const [, list, value] = LOST_NAMES.exec(text.toString()) ?? []
  const name = list ?? value
  if (name !== undefined) throw new Error(`the name ${name} is not one of OTLP 1.x: what it holds would be lost`)
}

/** Every key of an OTLP request is the name of a field: attributes are lists of pairs. A field that has both names keeps its own. */
function withUsualNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUsualNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      const name = camelCase.get(key) ?? key
      if (name !== key && name in value) return []
      return [[name, enumerations[name]?.get(inner) ?? withUsualNames(inner)]]
    }),
  )
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function namedTypes(namespace: protobuf.NamespaceBase): protobuf.Type[] {
  return namespace.nestedArray.flatMap((inner) => {
    const own = inner instanceof protobuf.Type ? [inner] : []
    return inner instanceof protobuf.Namespace ? [...own, ...namedTypes(inner)] : own
  })
}
