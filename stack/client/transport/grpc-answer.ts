// What a gRPC status that answers an OTLP request means for that request.

import { Metadata, status } from '@grpc/grpc-js'
import { decodeRetryInfo } from '../../../core/otlp/retry-info.ts'
import { property } from '../../../core/property.ts'
import type { TransportAnswer } from './transport.ts'

/** The request is at fault. */
const PERMANENT = new Set([status.INVALID_ARGUMENT])
/** Which of the two is at fault cannot be told. */
const DOUBTFUL = new Set([status.UNKNOWN, status.INTERNAL, status.FAILED_PRECONDITION])
/** A message beyond the limit comes as RESOURCE_EXHAUSTED too, and will never be taken. */
const TOO_LARGE = /larger than max|message (size )?exceeds|too large/i

/** OTLP's rules (https://opentelemetry.io/docs/specs/otlp/#failures); what concerns who sends it, and where to, makes it wait. */
export function grpcAnswer(error: unknown): TransportAnswer {
  const number = property(error, 'code')
  const code = typeof number === 'number' ? (status[number] ?? `gRPC ${number}`) : 'NO_ANSWER'
  const message = String(property(error, 'details') || property(error, 'message') || code)
  const metadata = property(error, 'metadata')
  const fromServer = metadata instanceof Metadata && Object.keys(metadata.getMap()).length > 0
  if (typeof number === 'number') {
    if (PERMANENT.has(number)) return { kind: 'rejected', code, message }
    // grpc-js makes these up too, when a connection breaks or what answers is no gRPC: a page reads as a huge message.
    if (number === status.RESOURCE_EXHAUSTED && TOO_LARGE.test(message) && fromServer)
      return { kind: 'rejected', code, message }
    if (DOUBTFUL.has(number) && fromServer) return { kind: 'suspect', code, message }
  }
  const afterMs = metadata instanceof Metadata ? retryAfterMs(metadata) : undefined
  return { kind: 'retryable', code, message, ...(afterMs === undefined ? {} : { afterMs }) }
}

function retryAfterMs(metadata: Metadata): number | undefined {
  const [details] = metadata.get('grpc-status-details-bin')
  return Buffer.isBuffer(details) ? decodeRetryInfo(details) : undefined
}
