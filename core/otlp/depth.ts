// How deep values of an OTLP request are nested, found without recursion: a request that is too deep must not end who looks at it.
import protobuf from 'protobufjs'
import { requestTypes, type Signal } from './codec.ts'

/**
 * An attribute's own value is level 1, what an array or map holds is one level deeper. Encoders and decoders, ours and others', go down
 * by recursion; the collector's exporter, the database and the buffer take this depth.
 */
export const MAX_VALUE_LEVELS = 100

/** A level takes at least so many bytes: the tags and lengths of a value and of its array. */
const LEVEL_BYTES = 4
const LENGTH_DELIMITED = 2

/** @throws Error that says so when a value is nested too deep, or Error of protobufjs when the bytes are no such message */
export function refuseDeepProtobuf(signal: Signal, bytes: Uint8Array): void {
  const reader = protobuf.Reader.create(bytes)
  const open: Frame[] = [{ type: requestTypes[signal], end: bytes.length, levels: 0 }]
  for (let frame = open.at(-1); frame !== undefined; frame = open.at(-1)) {
    if (reader.pos >= frame.end) {
      if (reader.pos > frame.end) throw new RangeError(`index out of range: ${reader.pos} > ${frame.end}`)
      open.pop()
      continue
    }
    const tag = reader.uint32()
    if ((tag & 7) !== LENGTH_DELIMITED) {
      reader.skipType(tag & 7)
      continue
    }
    const length = reader.uint32()
    const end = reader.pos + length
    if (end > frame.end) throw new RangeError(`index out of range: ${end} > ${frame.end}`)
    const type = messagesOf(frame.type).get(tag >>> 3)
    const levels = frame.levels + (type === valueType ? 1 : 0)
    if (levels > MAX_VALUE_LEVELS) throw tooDeep()
    // What is too short to hold more levels than there may be is passed over.
    if (type !== undefined && length >= LEVEL_BYTES * (MAX_VALUE_LEVELS - levels)) open.push({ type, end, levels })
    else reader.pos = end
  }
}

interface Frame {
  readonly type: protobuf.Type
  readonly end: number
  readonly levels: number
}

const valueType = requestTypes.logs.lookupType('AnyValue')
const known = new Map<protobuf.Type, ReadonlyMap<number, protobuf.Type>>()

/** The fields of a message that are messages, by their numbers. */
function messagesOf(type: protobuf.Type): ReadonlyMap<number, protobuf.Type> {
  const found = known.get(type)
  if (found) return found
  const messages = new Map(
    type.fieldsArray.flatMap((field) => {
      const { resolvedType } = field.resolve()
      return resolvedType instanceof protobuf.Type ? [[field.id, resolvedType] as const] : []
    }),
  )
  known.set(type, messages)
  return messages
}

const OPEN = new Set([0x5b, 0x7b])
const CLOSE = new Set([0x5d, 0x7d])
const QUOTE = 0x22
const BACKSLASH = 0x5c
/** Brackets around an attribute's value in any request, and at least two for each level. */
const SURE_BRACKETS = 2 * MAX_VALUE_LEVELS

/**
 * @param text of the request
 * @param parsed the same, parsed
 * @throws Error that says so when a value is nested too deep
 */
export function refuseDeepJson(text: Uint8Array, parsed: unknown): void {
  if (bracketsIn(text) <= SURE_BRACKETS) return
  const open: { readonly node: unknown; readonly levels: number }[] = [{ node: parsed, levels: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, levels } = next
    if (levels > MAX_VALUE_LEVELS) throw tooDeep()
    if (typeof node !== 'object' || node === null) continue
    for (const [key, child] of Object.entries(node))
      open.push({ node: child, levels: isValue(key, node) ? levels + 1 : levels })
  }
}

/** Elements of arrays and maps stand in lists called `values`; the value of an attribute and the body of a record are values themselves. */
function isValue(key: string, within: object): boolean {
  return Array.isArray(within) ? false : key === 'values' || key === 'attributes' || key === 'body'
}

/** The most brackets that are open at once, outside strings. */
function bracketsIn(text: Uint8Array): number {
  let depth = 0
  let most = 0
  let isInString = false
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at] ?? 0
    if (isInString) {
      if (byte === BACKSLASH) at += 1
      else if (byte === QUOTE) isInString = false
    } else if (byte === QUOTE) isInString = true
    else if (OPEN.has(byte)) {
      depth += 1
      if (depth > most) most = depth
    } else if (CLOSE.has(byte)) depth -= 1
  }
  return most
}

function tooDeep(): Error {
  return new Error(`a value is nested deeper than ${MAX_VALUE_LEVELS} levels`)
}
