// Turns what came back, or did not, into an Answer.

import { status } from '@grpc/grpc-js'
import { messageOf } from '../../core/errors.ts'
import { decodeJsonResponse, decodeResponse, decodeStatusMessage, type PartialSuccess } from '../../core/otlp/codec.ts'
import { property } from '../../core/property.ts'
import type { Answer } from '../batch.ts'

export const accepted: Answer = { kind: 'accepted' }

/** What an HTTP server answered. */
export interface HttpResponse {
  readonly status: number
  readonly contentType: string
  readonly body: Buffer
}

/** 2xx with or without a partial success, or a refusal `HTTP <status>`. */
export function httpAnswer(response: HttpResponse): Answer {
  const isJson = response.contentType.includes('json')
  if (response.status < 200 || response.status > 299) {
    return { kind: 'refused', code: `HTTP ${response.status}`, message: refusalText(response, isJson).slice(0, 500) }
  }
  return partialAnswer(orUndefined(() => (isJson ? decodeJsonResponse(response.body) : decodeResponse(response.body))))
}

/** Partial when something was rejected, else accepted. */
export function partialAnswer(partial: PartialSuccess | undefined): Answer {
  return partial === undefined ? accepted : { kind: 'partial', ...partial }
}

function refusalText({ body, contentType }: HttpResponse, isJson: boolean): string {
  if (isJson) return String(orUndefined(() => property(JSON.parse(String(body)), 'message')) ?? body)
  if (contentType.includes('protobuf')) return orUndefined(() => decodeStatusMessage(body)) ?? ''
  return String(body).trim()
}

// These come from the client's own side too, when no server said anything.
const perhapsLocal = new Set([status.UNKNOWN, status.INTERNAL, status.UNAVAILABLE])

// Who ran out of time, or gave up, may have taken the request before; a server says so too, as it is told the client's deadline.
const neverCertain = new Set([status.CANCELLED, status.DEADLINE_EXCEEDED])

/**
 * The answer for a gRPC call that failed: refused when the server said so or when there was no connection to send it on,
 * indeterminate when the call broke on the way.
 */
export function grpcFailure(error: unknown): Answer {
  const code = property(error, 'code')
  const name = typeof code === 'number' ? status[code] : undefined
  const message = String(property(error, 'details') ?? messageOf(error))
  if (typeof code !== 'number' || name === undefined) return { kind: 'indeterminate', message: messageOf(error) }
  if (neverCertain.has(code)) return { kind: 'indeterminate', message: `${name}: ${message}` }
  // A server's status comes with headers or trailers; grpc-js makes up its own without any.
  if (!perhapsLocal.has(code) || hasMetadata(error)) return { kind: 'refused', code: name, message }
  if (message.startsWith('No connection established'))
    return { kind: 'refused', code: connectCode(message) ?? name, message }
  return { kind: 'indeterminate', message: `${name}: ${message}` }
}

function hasMetadata(error: unknown): boolean {
  const metadata = property(error, 'metadata')
  const map = property(metadata, 'internalRepr')
  return map instanceof Map && map.size > 0
}

const connectErrors = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH']

function connectCode(message: string): string | undefined {
  return connectErrors.find((code) => message.includes(code))
}

/** The answer for an HTTP request that failed: refused when no connection was made at all, else indeterminate. */
export function httpFailure(error: unknown): Answer {
  const code = property(error, 'code')
  const connecting = property(error, 'syscall') === 'connect' || property(error, 'syscall') === 'getaddrinfo'
  if (connecting && typeof code === 'string' && connectErrors.includes(code))
    return { kind: 'refused', code, message: messageOf(error) }
  return { kind: 'indeterminate', message: messageOf(error) || String(code ?? error) }
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
