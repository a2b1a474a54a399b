// What an HTTP response to an OTLP request means for that request.

import {
  decodeJsonResponse,
  decodeResponse,
  decodeStatusMessage,
  type PartialSuccess,
} from '../../../core/otlp/codec.ts'
import { property } from '../../../core/property.ts'
import type { TransportAnswer } from './transport.ts'

export interface HttpResponse {
  readonly status: number
  readonly contentType: string
  /** The header Retry-After: seconds, or a date. */
  readonly retryAfter: string | undefined
  readonly body: Buffer
}

/** The request is at fault: its content or its size. What concerns who sends it, and where to, is not among them. */
const PERMANENT = new Set([400, 413, 415, 422, 431])

/**
 * OTLP's rules (https://opentelemetry.io/docs/specs/otlp/#otlphttp-response), where a proxy's or a login page's answer is no
 * answer of the backend: the request waits.
 */
export function httpAnswer(response: HttpResponse, nowMs: number): TransportAnswer {
  const { status } = response
  if (status >= 200 && status < 300) return successAnswer(response)
  const code = `HTTP ${status}`
  const message = refusalText(response)
  if (PERMANENT.has(status)) return { kind: 'rejected', code, message }
  if (status >= 500 && ![502, 503, 504].includes(status)) return { kind: 'suspect', code, message }
  const afterMs = retryAfterMs(response.retryAfter, nowMs)
  return { kind: 'retryable', code, message, ...(afterMs === undefined ? {} : { afterMs }) }
}

function successAnswer({ contentType, body }: HttpResponse): TransportAnswer {
  if (body.length === 0) return { kind: 'accepted' }
  try {
    if (contentType.includes('json')) return partialAnswer(decodeJsonResponse(body))
    if (contentType.includes('protobuf')) return partialAnswer(decodeResponse(body))
  } catch {
    // Falls through to what it is not.
  }
  const what = contentType === '' ? 'something' : contentType.split(';')[0]
  return {
    kind: 'retryable',
    code: 'NOT_OTLP',
    message: `answered with ${what} that is no OTLP; a proxy or a login page?`,
  }
}

export function partialAnswer(partial: PartialSuccess | undefined): TransportAnswer {
  return partial === undefined ? { kind: 'accepted' } : { kind: 'partial', ...partial }
}

function refusalText({ body, contentType, status }: HttpResponse): string {
  try {
    if (contentType.includes('json')) return String(property(JSON.parse(body.toString()), 'message') ?? body)
    if (contentType.includes('protobuf')) return decodeStatusMessage(body)
  } catch {
    return `HTTP ${status}`
  }
  // A page for people says less than its status.
  return contentType.includes('html') ? `HTTP ${status} with a page` : body.toString().trim().slice(0, 500)
}

function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d+$/.test(header)) return Number(header) * 1000
  const atMs = Date.parse(header)
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs)
}
