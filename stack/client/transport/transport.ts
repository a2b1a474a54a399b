// A transport: takes one OTLP request to the backend, once, and says how it was answered.
import { messageOf } from '../../../core/errors.ts'
import type { ExportRequest } from '../export-request.ts'

export type TransportAnswer =
  | { readonly kind: 'accepted' }
  /** Taken but for some records, which are not named (OTLP partial success): it must not be sent again. */
  | { readonly kind: 'partial'; readonly rejected: number; readonly message: string }
  /** Not taken now: nobody there, no room, no answer in time, or something on the way that is no collector. */
  | { readonly kind: 'retryable'; readonly code: string; readonly message: string; readonly afterMs?: number }
  /** The backend failed over it. If it takes others meanwhile, this request is at fault. */
  | { readonly kind: 'suspect'; readonly code: string; readonly message: string }
  /** The request is at fault, and will be refused for ever. */
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }

export interface Transport extends AsyncDisposable {
  /** Where it leads, for people. */
  readonly name: string
  /** Never rejects. */
  send(message: ExportRequest, timeoutMs: number): Promise<TransportAnswer>
}

/** A request that cannot be encoded or given its headers: no attempt will ever succeed, and the backend has no part in it. */
export function unsendable(error: unknown): TransportAnswer {
  return { kind: 'rejected', code: 'UNSENDABLE', message: `the request cannot be sent: ${messageOf(error)}` }
}
