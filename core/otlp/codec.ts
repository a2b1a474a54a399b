// OTLP JSON to protobuf and back, without an SDK in between.
import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'
import { property } from '../property.ts'
import { isLogsRequest, type OtlpRequest } from './otlp.ts'
import { otlpRequest } from './request.ts'

/**
 * Messages within messages, as many as MAX_VALUE_LEVELS of depth.ts need: three for each level of a map, and those around an attribute.
 * protobufjs goes down by recursion, and stops at 100 of its own accord.
 */
const MAX_MESSAGE_LEVELS = 330
protobuf.util.recursionLimit = MAX_MESSAGE_LEVELS
protobuf.Reader.recursionLimit = MAX_MESSAGE_LEVELS

const schema = protobuf.parse(readFileSync(new URL('./otlp.proto', import.meta.url), 'utf8')).root
export type Signal = 'logs' | 'metrics'

/** The outermost key of each signal's request. */
export const outermost = { logs: 'resourceLogs', metrics: 'resourceMetrics' } as const

/** The messages of the two services. */
export const requestTypes = {
  logs: schema.lookupType('otlp.ExportLogsServiceRequest'),
  metrics: schema.lookupType('otlp.ExportMetricsServiceRequest'),
}
const responseType = schema.lookupType('otlp.ExportServiceResponse')
const statusType = schema.lookupType('otlp.Status')

/** The request's protobuf bytes. 64-bit integers keep every digit when they are given as strings; unknown keys are dropped. */
export function encodeRequest(request: OtlpRequest): Buffer {
  const type = requestTypes[isLogsRequest(request) ? 'logs' : 'metrics']
  const object = convertIds({ ...request }, (hex) => Buffer.from(hex, 'hex').toString('base64'))
  return Buffer.from(type.encode(type.fromObject(object)).finish())
}

/**
 * The request in the bytes, with 64-bit integers as strings.
 * @throws Error of protobufjs when the bytes are no such message
 */
export function decodeRequest(signal: Signal, bytes: Uint8Array): OtlpRequest {
  const type = requestTypes[signal]
  const object = type.toObject(type.decode(bytes), { longs: String, bytes: String, json: true })
  return otlpRequest(
    { [outermost[signal]]: [], ...convertIds(object, (base64) => Buffer.from(base64, 'base64').toString('hex')) },
    signal,
  )
}

export interface PartialSuccess {
  readonly rejected: number
  readonly message: string
}

/** The protobuf bytes of an answer; without a partial success it is empty. */
export function encodeResponse(partial?: PartialSuccess): Buffer {
  const partialSuccess = partial && { rejected: partial.rejected, errorMessage: partial.message }
  return Buffer.from(responseType.encode(responseType.fromObject(partialSuccess ? { partialSuccess } : {})).finish())
}

/** The partial success that an answer tells of; undefined when all was taken. */
export function decodeResponse(bytes: Uint8Array): PartialSuccess | undefined {
  const { partialSuccess } = responseType.toObject(responseType.decode(bytes), { longs: Number })
  const rejected = Number(partialSuccess?.rejected ?? 0)
  return rejected > 0 ? { rejected, message: String(partialSuccess?.errorMessage ?? '') } : undefined
}

/** The partial success in the JSON of an answer, where the count is a string or a number. @throws SyntaxError when it is no JSON */
export function decodeJsonResponse(body: Buffer | string): PartialSuccess | undefined {
  const partial = property(JSON.parse(String(body)), 'partialSuccess')
  const rejected = Number(property(partial, 'rejectedLogRecords') ?? property(partial, 'rejectedDataPoints') ?? 0)
  return rejected > 0 ? { rejected, message: String(property(partial, 'errorMessage') ?? '') } : undefined
}

/** The protobuf bytes of a google.rpc.Status, the body of a refusal over HTTP. `code` is a gRPC status. */
export function encodeStatus(status: { readonly code: number; readonly message: string }): Buffer {
  return Buffer.from(statusType.encode(statusType.fromObject(status)).finish())
}

/** The message of a google.rpc.Status, the body of a refusal over HTTP. */
export function decodeStatusMessage(bytes: Uint8Array): string {
  return String(statusType.toObject(statusType.decode(bytes)).message ?? '')
}

type Json = Record<string, unknown>

// In OTLP JSON trace and span ids are hex, where protobuf's own JSON would have base64. Attributes hold none and are passed over.
function convertIds(node: Json, convert: (id: string) => string): Json {
  const entries = Object.entries(node).map(([key, value]): [string, unknown] => {
    if ((key === 'traceId' || key === 'spanId') && typeof value === 'string') return [key, convert(value)]
    if (key === 'attributes' || key === 'body' || key === 'resource' || key === 'scope') return [key, value]
    return [key, convertWithin(value, convert)]
  })
  return Object.fromEntries(entries)
}

function convertWithin(value: unknown, convert: (id: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => convertWithin(item, convert))
  if (typeof value === 'object' && value !== null) return convertIds({ ...value }, convert)
  return value
}
