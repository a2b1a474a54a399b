// A batch: one OTLP export request, and beside each of its records what must be stored of it.
// What must be stored is written down by whoever planted the record, never computed by the code under test.
import type { OtlpRequest } from '../core/otlp/otlp.ts'

/**
 * A stored text, as the planter knows it: literal text, or the salted hash that must stand in the place of an identity.
 * `{ hashOf: 'alice@example.com' }` is stored as `sha256:` + hex(sha256(salt + 'alice@example.com')).
 */
export type StoredText = string | { readonly hashOf: string }

/** What must be stored of one log record, in the rendering of the ClickHouse exporter (all values are strings). */
export interface ExpectedLog {
  readonly signal: 'logs'
  /** `exclude`: the policy keeps it out of every table. */
  readonly fate: 'store' | 'exclude'
  readonly timeUnixNano: string
  readonly body: StoredText
  readonly eventName: string
  readonly severityText: string
  readonly severityNumber: number
  readonly scopeName: string
  readonly scopeVersion: string
  readonly resource: Readonly<Record<string, StoredText>>
  readonly attributes: Readonly<Record<string, StoredText>>
}

/** What must be stored of one data point of a sum or gauge. */
export interface ExpectedPoint {
  readonly signal: 'metrics'
  readonly fate: 'store' | 'exclude'
  readonly name: string
  readonly unit: string
  readonly startTimeUnixNano: string
  readonly timeUnixNano: string
  readonly value: number
  /** 0 = unspecified (gauge), 1 = delta, 2 = cumulative. */
  readonly temporality: number
  readonly monotonic: boolean
  readonly scopeName: string
  readonly scopeVersion: string
  readonly resource: Readonly<Record<string, StoredText>>
  readonly attributes: Readonly<Record<string, StoredText>>
}

export type ExpectedRecord = ExpectedLog | ExpectedPoint

export interface Batch {
  readonly signal: 'logs' | 'metrics'
  readonly request: OtlpRequest
  /** One for each record or data point of the request, in the request's order. */
  readonly expected: readonly ExpectedRecord[]
  /** The request as JSON text exactly as it was recorded; http/json sends it as it is instead of serializing `request`. */
  readonly json?: string
}

/** A load: batches in the order of sending, and every private text that was planted in them (none may be in any table). */
export interface Load {
  readonly batches: readonly Batch[]
  readonly planted: readonly string[]
  readonly sessionIds: readonly string[]
}

/** How an endpoint answered one export request. */
export type Answer =
  | { readonly kind: 'accepted' }
  /** `code` is a gRPC status name, `HTTP 503`, or `ECONNREFUSED` and its like: nobody was there, so nothing was taken. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** OTLP partial success: a count, not identities; the whole batch is indeterminate. */
  | { readonly kind: 'partial'; readonly rejected: number; readonly message: string }
  /** No answer came, for example because the connection broke. */
  | { readonly kind: 'indeterminate'; readonly message: string }

/** Sends batches to one OTLP endpoint. An emitter never retries and never throws for what the other end does. */
export interface Emitter extends AsyncDisposable {
  readonly name: string
  send(batch: Batch): Promise<Answer>
}
