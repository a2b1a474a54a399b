// The relay's gRPC endpoint: OTLP's two unary methods on HTTP/2 itself, because a gRPC library reads every request whole before it asks.
// The protocol: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
import { constants, createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { status } from '@grpc/grpc-js'
import { sleep } from '../../../core/clock.ts'
import { messageOf } from '../../../core/errors.ts'
import { encodeResponse, type Signal } from '../../../core/otlp/codec.ts'
import { encodeRetryInfo } from '../../../core/otlp/retry-info.ts'
import { grpcPaths } from '../../../core/otlp/services.ts'
import type { OfferOutcome } from '../buffer/options.ts'
import {
  type Admission,
  BadRequest,
  type Compression,
  MAX_REQUEST_BYTES,
  MAX_UPLOAD_MS,
  RETRY_AFTER_MS,
  tooLargeText,
} from './admission.ts'

const PREFIX_BYTES = 5
/** Of one connection; together with the windows of HTTP/2 this bounds what waits unread. */
const MAX_STREAMS = 100
const MAX_CONNECTIONS = 512

interface Refusal {
  readonly code: number
  readonly message: string
  readonly afterMs?: number
}

export function grpcRelay(intake: Admission): Http2Server {
  const server = createServer({ settings: { maxConcurrentStreams: MAX_STREAMS } })
  server.maxConnections = MAX_CONNECTIONS
  server.on('session', (session) => session.on('error', () => session.destroy()))
  server.on('stream', async (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => {})
    const reply = await replyTo(intake, stream, headers).catch((error: unknown) => ({
      code: status.INTERNAL,
      message: messageOf(error),
    }))
    if (reply === undefined || stream.destroyed || stream.closed) return
    if (Buffer.isBuffer(reply)) send(stream, reply)
    else refuse(stream, reply)
  })
  return server
}

/** The message of the answer, or why there is none; undefined when the client is gone. */
async function replyTo(
  intake: Admission,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): Promise<Buffer | Refusal | undefined> {
  const path = headers[':path']
  const signal = (Object.keys(grpcPaths) as Signal[]).find((one) => grpcPaths[one] === path)
  if (signal === undefined) {
    intake.misdirected(`gRPC ${path}`)
    return { code: status.UNIMPLEMENTED, message: `there is no ${path}; logs and metrics are accepted` }
  }
  const gone = new AbortController()
  stream.once('close', () => gone.abort())
  try {
    await using stack = new AsyncDisposableStack()
    const message = await readMessage(intake, stream, gone.signal, stack)
    if (gone.signal.aborted) return undefined
    if (message === undefined) return comeAgain('no memory for more requests')
    const compression = message.compressed ? compressionOf(intake, headers) : 'none'
    return replyOf(await intake.take(message.body, { signal, encoding: 'protobuf', compression }, gone.signal))
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error
    return { code: codeOf(error), message: error.message }
  }
}

function codeOf({ tooLarge, status: httpStatus }: BadRequest): number {
  if (tooLarge) return status.RESOURCE_EXHAUSTED
  return httpStatus === 415 ? status.UNIMPLEMENTED : status.INVALID_ARGUMENT
}

const COMPRESSIONS: Readonly<Record<string, Exclude<Compression, 'none'>>> = {
  gzip: 'gzip',
  deflate: 'zlib',
  zstd: 'zstd',
}
const acceptedEncodings = ['identity', ...Object.keys(COMPRESSIONS)].join(',')

function compressionOf(intake: Admission, headers: IncomingHttpHeaders): Exclude<Compression, 'none'> {
  const encoding = headers['grpc-encoding']
  if (encoding === undefined) throw intake.bad('the message is compressed, and grpc-encoding is missing')
  const compression = COMPRESSIONS[String(encoding)]
  if (compression === undefined)
    throw intake.unsupported(`grpc-encoding ${String(encoding)}: must be one of ${acceptedEncodings}`)
  return compression
}

/** The one message of a unary call. Its length comes first, so nothing beyond it is read before there is room for it. */
async function readMessage(
  intake: Admission,
  stream: ServerHttp2Stream,
  gone: AbortSignal,
  stack: AsyncDisposableStack,
): Promise<{ readonly compressed: boolean; readonly body: Buffer } | undefined> {
  const parts: Buffer[] = []
  let bytes = 0
  let length: number | undefined
  let compressed = false
  const whole = new AbortController()
  try {
    // Reading no further must not end the stream: it still has to carry the answer.
    for await (const part of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      parts.push(part)
      bytes += part.length
      if (length === undefined && bytes >= PREFIX_BYTES) {
        const start = Buffer.concat(parts, PREFIX_BYTES)
        compressed = start[0] === 1
        length = start.readUInt32BE(1)
        if (length > MAX_REQUEST_BYTES) throw intake.bad(tooLargeText, true)
        const room = await intake.room(length, gone)
        if (room === undefined) return undefined
        stack.use(room)
        void sleep(MAX_UPLOAD_MS, whole.signal, { keepAlive: false }).then(
          () => stream.close(constants.NGHTTP2_CANCEL),
          () => {},
        )
      }
      if (length !== undefined && bytes > length + PREFIX_BYTES)
        throw intake.bad('more than one message in a unary call')
    }
  } catch (error) {
    if (error instanceof BadRequest) throw error
    return undefined
  } finally {
    whole.abort()
  }
  if (length === undefined || bytes < length + PREFIX_BYTES) throw intake.bad('the message is shorter than it says')
  return { compressed, body: Buffer.concat(parts).subarray(PREFIX_BYTES) }
}

function replyOf(outcome: OfferOutcome): Buffer | Refusal {
  if (outcome.kind === 'refused') {
    const { code, message, permanent } = outcome
    return permanent ? { code: status.INVALID_ARGUMENT, message: `${code}: ${message}` } : comeAgain(message)
  }
  if (outcome.kind === 'indeterminate') return { code: status.DEADLINE_EXCEEDED, message: outcome.message }
  return encodeResponse(outcome.kind === 'delivered' && outcome.rejected > 0 ? outcome : undefined)
}

function comeAgain(message: string): Refusal {
  return { code: status.UNAVAILABLE, message, afterMs: RETRY_AFTER_MS }
}

function send(stream: ServerHttp2Stream, message: Buffer): void {
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32BE(message.length, 1)
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status.OK) }))
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.end(Buffer.concat([prefix, message]))
}

function refuse(stream: ServerHttp2Stream, { code, message, afterMs }: Refusal): void {
  const trailers = {
    ':status': 200,
    'content-type': 'application/grpc',
    // grpc-js reads it with decodeURI; the cut may have halved a character.
    'grpc-status': String(code),
    'grpc-message': encodeURI(message.slice(0, 500).toWellFormed()),
    'grpc-accept-encoding': acceptedEncodings,
  }
  const details = afterMs === undefined ? undefined : encodeRetryInfo({ code, message, afterMs }).toString('base64')
  stream.respond(details ? { ...trailers, 'grpc-status-details-bin': details.replace(/=+$/, '') } : trailers, {
    endStream: true,
  })
  // What is left of the request is thrown away until the client hears the answer: to reset the stream now would overtake it.
  stream.resume()
}
