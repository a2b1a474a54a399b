// The transport over gRPC: one unary call a request, on a channel that looks soon whether the backend is back.
import { type ChannelCredentials, Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { nowMs } from '../../../core/clock.ts'
import { decodeResponse } from '../../../core/otlp/codec.ts'
import { grpcPaths } from '../../../core/otlp/services.ts'
import { type ExportRequest, protobufBody } from '../export-request.ts'
import { grpcAnswer } from './grpc-answer.ts'
import { partialAnswer } from './http-answer.ts'
import { type Transport, type TransportAnswer, unsendable } from './transport.ts'

export interface GrpcTransportOptions {
  /** host:port */
  readonly address: string
  /** Without TLS when absent. */
  readonly credentials?: ChannelCredentials
  readonly metadata?: Metadata
  readonly compression?: 'gzip' | 'none'
}

/** grpc-js would wait up to two minutes before it connects again; the buffer has its own pace. */
const RECONNECT_MS = { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 1_000 }
const GZIP = 2
/** A connection on which so many calls in a row got no answer is given up: nothing else tells that its other end is gone. */
const MAX_UNANSWERED = 2

export function grpcTransport(options: GrpcTransportOptions): Transport {
  const metadata = options.metadata ?? new Metadata()
  const connect = () =>
    new Client(options.address, options.credentials ?? credentials.createInsecure(), {
      ...RECONNECT_MS,
      // The channel is the transport's own: another one to the same address may be broken.
      'grpc.use_local_subchannel_pool': 1,
      ...(options.compression === 'gzip' ? { 'grpc.default_compression_algorithm': GZIP } : {}),
    })
  let client: Client | undefined
  let unanswered = 0

  function call(message: ExportRequest, timeoutMs: number): Promise<TransportAnswer> {
    const body = protobufBody(message)
    client ??= connect()
    const deadline = nowMs() + timeoutMs
    return new Promise((resolve) => {
      client?.makeUnaryRequest(grpcPaths[message.signal], asIs, asIs, body, metadata, { deadline }, (error, answer) => {
        if (error) noteFailure(error)
        else unanswered = 0
        resolve(error || answer === undefined ? grpcAnswer(error) : answerOf(answer))
      })
    })
  }

  function noteFailure({ code }: ServiceError): void {
    unanswered = code === status.DEADLINE_EXCEEDED ? unanswered + 1 : 0
    if (unanswered < MAX_UNANSWERED) return
    client?.close()
    client = undefined
    unanswered = 0
  }

  return {
    name: options.address,
    async send(message, timeoutMs) {
      try {
        return await call(message, timeoutMs)
      } catch (error) {
        // A backend that is not there answers the call with an error: what is thrown here is of our own making.
        return unsendable(error)
      }
    },
    async [Symbol.asyncDispose]() {
      client?.close()
    },
  }
}

function answerOf(answer: Buffer): TransportAnswer {
  try {
    return partialAnswer(decodeResponse(answer))
  } catch {
    return { kind: 'retryable', code: 'NOT_OTLP', message: 'answered with something that is no OTLP' }
  }
}

function asIs(bytes: Buffer): Buffer {
  return bytes
}
