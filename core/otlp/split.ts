// An export request in parts by its records, on the bytes of its protobuf form: nothing is decoded, so nothing can change.
import protobuf from 'protobufjs'
import type { Signal } from './codec.ts'

/** The fields to go down by, from the request to its records; what else a message has goes into every part of it. */
const PATHS: Readonly<Record<Signal, readonly (readonly number[])[]>> = {
  // resource_logs, scope_logs, log_records
  logs: [[1], [2], [2]],
  // resource_metrics, scope_metrics, metrics; gauge, sum, histogram, exponential_histogram or summary; data_points
  metrics: [[1], [2], [2], [5, 7, 9, 10, 11], [1]],
}
const LENGTH_DELIMITED = 2
/** Of a nested message: its tag and its length. */
const HEAD_BYTES = 6

/**
 * The request in parts of at most `maxBytes`, in order. A record that is larger alone, with what stands around it, is a part of its own.
 * @throws Error of protobufjs when the bytes are no such request
 */
export function splitRequest(signal: Signal, bytes: Buffer, maxBytes: number): Buffer[] {
  return partsOf(bytes, PATHS[signal], maxBytes)
}

interface Piece {
  readonly field: number
  readonly content: Buffer
}

function partsOf(message: Buffer, path: readonly (readonly number[])[], maxBytes: number): Buffer[] {
  const [fields, ...below] = path
  if (message.length <= maxBytes || fields === undefined) return [message]
  const { rest, children } = takeApart(message, fields)
  const room = maxBytes - rest.length
  const pieces = children.flatMap(({ field, content }) =>
    partsOf(content, below, room - HEAD_BYTES).map((part) => ({ field, content: part })),
  )
  const parts: Buffer[] = []
  let open: Buffer[] = []
  let size = 0
  for (const piece of pieces) {
    const nested = nest(piece)
    if (open.length > 0 && size + nested.length > room) {
      parts.push(Buffer.concat([rest, ...open]))
      open = []
      size = 0
    }
    open.push(nested)
    size += nested.length
  }
  if (open.length > 0 || parts.length === 0) parts.push(Buffer.concat([rest, ...open]))
  return parts
}

/** The nested messages in some fields, and the bytes of all other fields. */
function takeApart(message: Buffer, fields: readonly number[]): { rest: Buffer; children: Piece[] } {
  const reader = protobuf.Reader.create(message)
  const rest: Buffer[] = []
  const children: Piece[] = []
  while (reader.pos < message.length) {
    const start = reader.pos
    const tag = reader.uint32()
    if ((tag & 7) === LENGTH_DELIMITED && fields.includes(tag >>> 3)) {
      const length = reader.uint32()
      const end = reader.pos + length
      if (end > message.length) throw new RangeError(`index out of range: ${end} > ${message.length}`)
      children.push({ field: tag >>> 3, content: message.subarray(reader.pos, end) })
      reader.pos = end
    } else {
      reader.skipType(tag & 7)
      rest.push(message.subarray(start, reader.pos))
    }
  }
  return { rest: Buffer.concat(rest), children }
}

function nest({ field, content }: Piece): Buffer {
  const head = protobuf.Writer.create()
    .uint32((field << 3) | LENGTH_DELIMITED)
    .uint32(content.length)
    .finish()
  return Buffer.concat([head, content])
}
