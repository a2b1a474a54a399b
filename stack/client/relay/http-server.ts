// The relay's HTTP endpoint: OTLP in protobuf and JSON, and how the relay is.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { messageOf } from '../../../core/errors.ts'
import { encodeResponse, encodeStatus, type Signal } from '../../../core/otlp/codec.ts'
import type { OfferOutcome } from '../buffer/options.ts'
import {
  type Admission,
  BadRequest,
  type Compression,
  MAX_REQUEST_BYTES,
  MAX_UPLOAD_MS,
  RETRY_AFTER_MS,
  tooLargeText,
  type Unpacked,
} from './admission.ts'

export interface RelayHealth {
  readonly healthy: boolean
  readonly details: object
}

const SIGNALS: Readonly<Record<string, Signal>> = { '/v1/logs': 'logs', '/v1/metrics': 'metrics' }
const PAGES = ['/', '/health', '/status']
/** Longer than the pause between two exports of a client: one that finds its connection just closed loses a request. */
const IDLE_MS = 75_000
const MAX_CONNECTIONS = 512
/** A body of unknown length has room for so much, and for more as it comes. */
const FIRST_BYTES = 64 * 1024

interface Reply {
  readonly status: number
  readonly contentType: string
  readonly body: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers OTLP with what the intake says, `/health` with 200 or 503, `/status` with numbers. */
export function httpRelay(intake: Admission, health: () => RelayHealth): Server {
  const server = createServer(async (request, response) => {
    const reply = await replyTo(intake, health, request, response).catch((error: unknown) =>
      refusal(isJson(request), 500, messageOf(error)),
    )
    if (reply === undefined || response.destroyed) return
    const { status, contentType, body, headers } = reply
    response.writeHead(status, { 'content-type': contentType, 'content-length': body.length, ...headers }).end(body)
  })
  server.maxConnections = MAX_CONNECTIONS
  server.timeout = MAX_UPLOAD_MS
  server.requestTimeout = MAX_UPLOAD_MS
  server.keepAliveTimeout = IDLE_MS
  return server
}

async function replyTo(
  intake: Admission,
  health: () => RelayHealth,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Reply | undefined> {
  const { method = '' } = request
  const path = (request.url ?? '').split('?')[0] ?? ''
  const signal = SIGNALS[path]
  if (signal !== undefined)
    return method === 'POST'
      ? exportReply(intake, signal, request, response)
      : misdirected(intake, request, path, 405, 'POST')
  if (!PAGES.includes(path)) return misdirected(intake, request, path, 404)
  if (method !== 'GET' && method !== 'HEAD') return misdirected(intake, request, path, 405, 'GET, HEAD')
  const { healthy, details } = health()
  if (path === '/status') return json(200, details)
  return json(healthy ? 200 : 503, { status: healthy ? 'ok' : 'full' })
}

/** Nothing of it is kept, so it is never answered with success; the right paths are named. */
function misdirected(intake: Admission, request: IncomingMessage, path: string, status: number, allow?: string): Reply {
  const { method = '' } = request
  intake.misdirected(`${method} ${path}`)
  const what = status === 405 ? `${path} does not accept ${method}` : `there is no ${path}`
  const reply = refusal(isJson(request), status, `${what}; send OTLP with POST to ${Object.keys(SIGNALS).join(' or ')}`)
  return allow === undefined ? reply : { ...reply, headers: { ...reply.headers, allow } }
}

/** Undefined when the client is gone. */
async function exportReply(
  intake: Admission,
  signal: Signal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Reply | undefined> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    const form = formOf(intake, signal, request)
    await using stack = new AsyncDisposableStack()
    const body = await readBody(intake, request, gone.signal, stack)
    if (gone.signal.aborted) return undefined
    if (body === undefined) return comeAgain(isJson(request), 'no memory for more requests')
    return replyOf(isJson(request), await intake.take(body, form, gone.signal))
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error
    const reply = refusal(isJson(request), error.tooLarge ? 413 : error.status, error.message)
    return { ...reply, headers: { ...reply.headers, ...error.headers } }
  }
}

function isJson(request: IncomingMessage): boolean {
  return mediaTypeOf(request).includes('json')
}

/** Without its parameters; media types have no letter case. */
function mediaTypeOf({ headers }: IncomingMessage): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

const ENCODINGS: Readonly<Record<string, 'json' | 'protobuf'>> = {
  'application/json': 'json',
  'application/x-protobuf': 'protobuf',
}

const COMPRESSIONS: Readonly<Record<string, Compression>> = {
  none: 'none',
  identity: 'none',
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'zlib',
  zlib: 'zlib',
  zstd: 'zstd',
}

function formOf(intake: Admission, signal: Signal, request: IncomingMessage): Unpacked {
  const type = mediaTypeOf(request)
  const encoding = ENCODINGS[type]
  if (encoding === undefined)
    throw intake.unsupported(`content-type ${type || '(none)'}: must be ${Object.keys(ENCODINGS).join(' or ')}`)
  const packed = (request.headers['content-encoding'] ?? 'none').trim().toLowerCase()
  const compression = COMPRESSIONS[packed]
  if (compression === undefined)
    throw intake.unsupported(`content-encoding ${packed}: must be ${acceptedEncodings}`, {
      'accept-encoding': acceptedEncodings,
    })
  return { signal, encoding, compression }
}

const acceptedEncodings = 'gzip, deflate, zlib, zstd, identity'

/** The whole body; undefined when there is no room for it now, or the client is gone. The room is given back with the stack. */
async function readBody(
  intake: Admission,
  request: IncomingMessage,
  gone: AbortSignal,
  stack: AsyncDisposableStack,
): Promise<Buffer | undefined> {
  const declared = Number(request.headers['content-length'] ?? Number.NaN)
  if (declared > MAX_REQUEST_BYTES) throw intake.bad(tooLargeText, true)
  let room = Number.isNaN(declared) ? FIRST_BYTES : declared
  const first = await intake.room(room, gone)
  if (first === undefined) return undefined
  stack.use(first)
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of request) {
      bytes += part.length
      if (bytes > MAX_REQUEST_BYTES) throw intake.bad(tooLargeText, true)
      if (bytes > room) {
        const more = await intake.moreRoom(room)
        if (more === undefined) return undefined
        stack.use(more)
        room *= 2
      }
      parts.push(part)
    }
  } catch (error) {
    if (error instanceof BadRequest) throw error
    // The client went away in the middle: nothing was taken.
    return undefined
  }
  return Buffer.concat(parts)
}

function replyOf(asJson: boolean, outcome: OfferOutcome): Reply {
  if (outcome.kind === 'refused') {
    const { permanent, code, message } = outcome
    if (!permanent) return comeAgain(asJson, message)
    return refusal(asJson, code === 'HTTP 413' ? 413 : 400, `${code}: ${message}`)
  }
  if (outcome.kind === 'indeterminate') return refusal(asJson, 504, outcome.message)
  const partial = outcome.kind === 'delivered' && outcome.rejected > 0 ? outcome : undefined
  if (asJson) return json(200, partial ? { partialSuccess: partialJson(partial) } : {})
  return { status: 200, contentType: 'application/x-protobuf', body: encodeResponse(partial) }
}

/** Both signals' names: whoever reads it knows one of them. */
function partialJson({ rejected, message }: { readonly rejected: number; readonly message: string }): object {
  return { rejectedLogRecords: String(rejected), rejectedDataPoints: String(rejected), errorMessage: message }
}

function comeAgain(asJson: boolean, why: string): Reply {
  const reply = refusal(asJson, 503, why)
  return { ...reply, headers: { ...reply.headers, 'retry-after': String(Math.ceil(RETRY_AFTER_MS / 1000)) } }
}

const GRPC_CODES: Readonly<Record<number, number>> = { 400: 3, 404: 12, 405: 12, 413: 3, 415: 3, 503: 14, 504: 4 }

/** The body of a refusal is a google.rpc.Status, in the form of the request. */
function refusal(asJson: boolean, status: number, message: string): Reply {
  const details = { code: GRPC_CODES[status] ?? 2, message }
  const reply = asJson
    ? json(status, details)
    : { status, contentType: 'application/x-protobuf', body: encodeStatus(details) }
  // What is left of the request is not read: the connection ends with the answer.
  return { ...reply, headers: { connection: 'close' } }
}

function json(status: number, value: object): Reply {
  return { status, contentType: 'application/json', body: Buffer.from(JSON.stringify(value)) }
}
