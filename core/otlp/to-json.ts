// OTLP protobuf to OTLP JSON, straight from the wire: no object in between, and nothing is rounded.
import protobuf from 'protobufjs'
import { decodeRequest, requestTypes, type Signal } from './codec.ts'
import { JsonWriter } from './json-writer.ts'

/**
 * The request as one line of OTLP JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding), newline included: 64-bit
 * integers as decimal strings, ids as hex, other bytes as base64, NaN and the infinities as their names. Fields that the schema does not
 * know are dropped, as every receiver does.
 * @throws Error of protobufjs when the bytes are no such message
 */
export function requestToJsonLine(signal: Signal, bytes: Uint8Array): Buffer {
  try {
    const writer = new JsonWriter()
    if (bytes.length === 0) writer.ascii(signal === 'logs' ? '{"resourceLogs":[]}' : '{"resourceMetrics":[]}')
    else writeMessage(requestTypes[signal], protobuf.Reader.create(bytes), bytes.length, writer)
    writer.ascii('\n')
    return writer.finish()
  } catch (error) {
    if (error !== repeatedSingular) throw error
    return Buffer.from(`${JSON.stringify(decodeRequest(signal, bytes))}\n`)
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
  readonly write: (reader: protobuf.Reader, writer: JsonWriter) => void
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
    fields.set(field.id, {
      prefix: `"${field.name}":`,
      wire: wireTypes[field.type] ?? LENGTH_DELIMITED,
      oneof: field.partOf?.name,
      repeated: field.repeated,
      packable: field.repeated && message === undefined && field.type !== 'string' && field.type !== 'bytes',
      write: message ? (reader, writer) => writeNested(message, reader, writer) : scalarWriter(field),
    })
  }
  return fields
}

function writeNested(type: protobuf.Type, reader: protobuf.Reader, writer: JsonWriter): void {
  const length = reader.uint32()
  writeMessage(type, reader, reader.pos + length, writer)
}

function writeMessage(type: protobuf.Type, reader: protobuf.Reader, end: number, writer: JsonWriter): void {
  const fields = planOf(type)
  if (end > reader.len) throw new RangeError(`index out of range: ${end} > ${reader.len}`)
  // The usual message has its fields in one piece each, in any order.
  const seen: FieldPlan[] = []
  let open: FieldPlan | undefined
  writer.ascii('{')
  while (reader.pos < end) {
    const tag = reader.uint32()
    const wire = tag & 7
    const field = fields.get(tag >>> 3)
    if (field === undefined) {
      reader.skipType(wire)
      continue
    }
    if (field === open) {
      if (!field.repeated) throw repeatedSingular
      writer.ascii(',')
    } else {
      if (seen.some((other) => other === field || (field.oneof !== undefined && other.oneof === field.oneof)))
        throw repeatedSingular
      seen.push(field)
      if (open) writer.ascii(open.repeated ? '],' : ',')
      open = field
      writer.ascii(field.prefix)
      if (field.repeated) writer.ascii('[')
    }
    writeValues(field, reader, wire, writer)
  }
  if (reader.pos !== end) throw new RangeError(`a message ends at ${reader.pos}, not at ${end}`)
  writer.ascii(open?.repeated ? ']}' : '}')
}

function writeValues(field: FieldPlan, reader: protobuf.Reader, wire: number, writer: JsonWriter): void {
  if (!(field.packable && wire === LENGTH_DELIMITED)) {
    if (wire !== field.wire) throw new Error(`${field.prefix} comes as wire type ${wire}, not ${field.wire}`)
    field.write(reader, writer)
    return
  }
  const length = reader.uint32()
  const end = reader.pos + length
  // An empty pack adds nothing; encoders leave it out, and an array cannot be told from its absence.
  if (length === 0) throw repeatedSingular
  for (let first = true; reader.pos < end; first = false) {
    if (!first) writer.ascii(',')
    field.write(reader, writer)
  }
}

function scalarWriter(field: protobuf.Field): FieldPlan['write'] {
  switch (field.type) {
    case 'string':
      return (reader, writer) => writer.text(reader.bytes())
    case 'bool':
      return (reader, writer) => writer.ascii(String(reader.bool()))
    case 'double':
      return (reader, writer) => writer.ascii(doubleText(reader.double()))
    case 'int64':
      return (reader, writer) => writer.ascii(`"${reader.int64()}"`)
    case 'uint64':
      return (reader, writer) => writer.ascii(`"${reader.uint64()}"`)
    case 'fixed64':
      return (reader, writer) => writer.ascii(`"${reader.fixed64()}"`)
    case 'sfixed64':
      return (reader, writer) => writer.ascii(`"${reader.sfixed64()}"`)
    case 'int32':
      return (reader, writer) => writer.ascii(String(reader.int32()))
    case 'uint32':
      return (reader, writer) => writer.ascii(String(reader.uint32()))
    case 'sint32':
      return (reader, writer) => writer.ascii(String(reader.sint32()))
    case 'fixed32':
      return (reader, writer) => writer.ascii(String(reader.fixed32()))
    case 'bytes': {
      const encoding = field.name === 'traceId' || field.name === 'spanId' ? 'hex' : 'base64'
      return (reader, writer) => writer.ascii(`"${Buffer.from(reader.bytes()).toString(encoding)}"`)
    }
    default:
      throw new Error(`the schema holds a ${field.type}, which has no JSON form here`)
  }
}

function doubleText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value)
  return `"${value}"`
}
