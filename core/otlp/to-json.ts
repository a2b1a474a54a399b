// OTLP protobuf to OTLP JSON text, straight from the wire: no object in between, and nothing is rounded.
import protobuf from 'protobufjs'
import { decodeRequest, requestTypes, type Signal } from './codec.ts'

/**
 * The request as one line of OTLP JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): 64-bit integers as
 * decimal strings, ids as hex, other bytes as base64, NaN and the infinities as their names. Fields that the schema does not know are dropped,
 * as every receiver does.
 * @throws Error of protobufjs when the bytes are no such message
 */
export function requestToJson(signal: Signal, bytes: Uint8Array): string {
  try {
    const text = messageText(requestTypes[signal], protobuf.Reader.create(bytes), bytes.length)
    return text === '{}' ? `{"${signal === 'logs' ? 'resourceLogs' : 'resourceMetrics'}":[]}` : text
  } catch (error) {
    if (error !== repeatedSingular) throw error
    return JSON.stringify(decodeRequest(signal, bytes))
  }
}

/** A field that may be there once came twice: legal on the wire (the two are merged), and made by no encoder. */
const repeatedSingular = new Error('a singular field is repeated')

const LENGTH_DELIMITED = 2

interface FieldPlan {
  readonly prefix: string
  readonly wire: number
  /** The name of the group of which only one may be there. */
  readonly oneof: string | undefined
  readonly repeated: boolean
  /** Whether several values may come in one piece. */
  readonly packable: boolean
  readonly text: (reader: protobuf.Reader) => string
}

type Plan = ReadonlyMap<number, FieldPlan>

const wireTypes: Readonly<Record<string, number>> = protobuf.types.basic

const plans = new Map<protobuf.Type, Plan>()

function planOf(type: protobuf.Type): Plan {
  const known = plans.get(type)
  if (known) return known
  const fields = new Map<number, FieldPlan>()
  plans.set(type, fields)
  for (const field of type.fieldsArray) {
    field.resolve()
    const { resolvedType } = field
    const message = resolvedType instanceof protobuf.Type ? resolvedType : undefined
    const text = message ? (reader: protobuf.Reader) => nestedText(message, reader) : scalarText(field)
    const packable = field.repeated && message === undefined && field.type !== 'string' && field.type !== 'bytes'
    const wire = wireTypes[field.type] ?? LENGTH_DELIMITED
    const oneof = field.partOf?.name
    fields.set(field.id, { prefix: `"${field.name}":`, wire, oneof, repeated: field.repeated, packable, text })
  }
  return fields
}

function nestedText(type: protobuf.Type, reader: protobuf.Reader): string {
  const length = reader.uint32()
  return messageText(type, reader, reader.pos + length)
}

function messageText(type: protobuf.Type, reader: protobuf.Reader, end: number): string {
  const fields = planOf(type)
  if (end > reader.len) throw new RangeError(`index out of range: ${end} > ${reader.len}`)
  // The usual message has its fields in one piece each, in any order.
  const seen: number[] = []
  let text = ''
  let open = -1
  while (reader.pos < end) {
    const tag = reader.uint32()
    const id = tag >>> 3
    const wire = tag & 7
    const field = fields.get(id)
    if (field === undefined) {
      reader.skipType(wire)
      continue
    }
    if (open === id) {
      if (!field.repeated) throw repeatedSingular
      text += `,${valuesText(field, reader, wire)}`
      continue
    }
    if (seen.some((other) => other === id || (field.oneof !== undefined && fields.get(other)?.oneof === field.oneof)))
      throw repeatedSingular
    seen.push(id)
    if (open !== -1) text += fields.get(open)?.repeated ? '],' : ','
    open = id
    text += field.prefix + (field.repeated ? '[' : '') + valuesText(field, reader, wire)
  }
  if (reader.pos !== end) throw new RangeError(`a message ends at ${reader.pos}, not at ${end}`)
  if (open !== -1 && fields.get(open)?.repeated) text += ']'
  return `{${text}}`
}

function valuesText(field: FieldPlan, reader: protobuf.Reader, wire: number): string {
  if (!(field.packable && wire === LENGTH_DELIMITED)) {
    if (wire !== field.wire) throw new Error(`${field.prefix} comes as wire type ${wire}, not ${field.wire}`)
    return field.text(reader)
  }
  const length = reader.uint32()
  const end = reader.pos + length
  const values: string[] = []
  while (reader.pos < end) values.push(field.text(reader))
  // An empty pack adds nothing; encoders leave it out, and an array cannot be told from its absence.
  if (values.length === 0) throw repeatedSingular
  return values.join(',')
}

function scalarText(field: protobuf.Field): (reader: protobuf.Reader) => string {
  switch (field.type) {
    case 'string':
      return (reader) => JSON.stringify(reader.string())
    case 'bool':
      return (reader) => String(reader.bool())
    case 'double':
      return (reader) => doubleText(reader.double())
    case 'int64':
      return (reader) => `"${reader.int64()}"`
    case 'uint64':
      return (reader) => `"${reader.uint64()}"`
    case 'fixed64':
      return (reader) => `"${reader.fixed64()}"`
    case 'sfixed64':
      return (reader) => `"${reader.sfixed64()}"`
    case 'int32':
      return (reader) => String(reader.int32())
    case 'uint32':
      return (reader) => String(reader.uint32())
    case 'sint32':
      return (reader) => String(reader.sint32())
    case 'fixed32':
      return (reader) => String(reader.fixed32())
    case 'bytes': {
      const encoding = field.name === 'traceId' || field.name === 'spanId' ? 'hex' : 'base64'
      return (reader) => `"${Buffer.from(reader.bytes()).toString(encoding)}"`
    }
    default:
      throw new Error(`the schema holds a ${field.type}, which has no JSON form here`)
  }
}

function doubleText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value)
  return `"${value}"`
}
