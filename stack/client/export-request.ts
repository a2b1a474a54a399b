// An OTLP export request on its way: the bytes as they came, what they are, and how many events they hold.
import { isUtf8 } from 'node:buffer'
import { encodeRequest, outermost, type Signal } from '../../core/otlp/codec.ts'
import { countEvents, countEventsInJson } from '../../core/otlp/count.ts'
import { refuseDeepJson, refuseDeepProtobuf } from '../../core/otlp/depth.ts'
import { parseExactly } from '../../core/otlp/exact-json.ts'
import { refuseLostNames, usualForm } from '../../core/otlp/json-dialect.ts'
import { flagPointsWithoutValue, hasPointWithoutValue } from '../../core/otlp/no-value.ts'
import { otlpRequest } from '../../core/otlp/request.ts'
import { requestToJsonLine } from '../../core/otlp/to-json.ts'

export interface ExportRequest {
  readonly signal: Signal
  readonly encoding: 'protobuf' | 'json'
  readonly body: Buffer
  /** Log records or data points. */
  readonly events: number
}

/** @throws Error when the bytes are no such request */
export function protobufMessage(signal: Signal, body: Buffer): ExportRequest {
  refuseDeepProtobuf(signal, body)
  const events = countEvents(signal, body)
  return { signal, encoding: 'protobuf', body: signal === 'metrics' ? flagPointsWithoutValue(body) : body, events }
}

/** @param bytes of the request's JSON, in any form that the protobuf JSON mapping allows @throws Error when it is no such request */
export function jsonMessage(signal: Signal, bytes: Buffer): ExportRequest {
  // A collector that quotes broken text in its refusal cannot send it.
  const text = isUtf8(bytes) ? bytes : Buffer.from(bytes.toString())
  const asItCame: unknown = JSON.parse(text.toString())
  refuseLostNames(text)
  const body = usualForm(signal, text, asItCame)
  const parsed: unknown = body === text ? asItCame : JSON.parse(body.toString())
  refuseDeepJson(body, parsed)
  const request = otlpRequest(parsed, 'the body')
  if (outermost[signal] in request) {
    const message = { signal, encoding: 'json', body, events: countEventsInJson(signal, request) } as const
    if (!hasPointWithoutValue(request)) return message
    return { ...message, body: requestToJsonLine(signal, flagPointsWithoutValue(protobufBody(message))) }
  }
  throw new Error(`the body is no request of ${signal}: it has no ${outermost[signal]}`)
}

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20

/**
 * The request as a line of the OTLP JSON file format (https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/), newline
 * included. JSON stays as it came: a raw line break can only stand between its tokens, where a space means the same.
 * @throws Error when protobuf bytes are no such request
 */
export function lineOf({ signal, encoding, body }: ExportRequest): Buffer {
  if (encoding === 'protobuf') return requestToJsonLine(signal, body)
  const line = Buffer.alloc(body.length + 1)
  body.copy(line)
  for (let at = 0; at < body.length; at += 1) if (line[at] === NEWLINE || line[at] === CARRIAGE_RETURN) line[at] = SPACE
  line[body.length] = NEWLINE
  return line
}

/** The request's protobuf bytes, whatever its encoding; every digit of an integer is kept. */
export function protobufBody({ encoding, body }: ExportRequest): Buffer {
  if (encoding === 'protobuf') return body
  return encodeRequest(otlpRequest(parseExactly(body.toString()), 'the body'))
}
