// What a buffer is made with, what it answers and what it tells of itself.
import type { Sanitizer } from '../sanitizer/sanitizer.ts'
import type { Transport } from '../transport/transport.ts'
import type { Disk } from './disk.ts'
import type { RetryPolicy } from './retry-gate.ts'

export interface BufferOptions extends Partial<RetryPolicy> {
  /** Where requests wait that could not be delivered; made when missing. Several processes may share it. */
  readonly directory: string
  readonly transport: Transport
  /** Events that may be under way to the backend in memory; what comes beyond goes to the file. */
  readonly memoryEvents?: number
  /** A request that the backend has not answered by then goes to the file. */
  readonly answerWithinMs?: number
  /** How long one attempt may take. */
  readonly attemptTimeoutMs?: number
  /** Bytes on disk, of all processes that share the directory; when it is reached, new requests are refused and none is deleted. */
  readonly maxDiskBytes?: number
  readonly segmentBytes?: number
  /** Requests under way at once while the file is delivered. */
  readonly concurrency?: number
  /** Where the lines for the console go; `console.error` when absent. */
  readonly log?: (line: string) => void
  readonly disk?: Disk
  /** What the privacy policy leaves of a request; nothing is sent or kept before. Without one, requests stay as they came. */
  readonly sanitizer?: Sanitizer | undefined
}

/** 1, 2, 4, 8 s after the first four attempts, then every 30 s. */
export const standard = {
  retryBaseMs: 1_000,
  attempts: 5,
  parkedRetryMs: 30_000,
  memoryEvents: 10_000,
  answerWithinMs: 600,
  attemptTimeoutMs: 10_000,
  maxDiskBytes: 4 * 1024 ** 3,
  segmentBytes: 8 * 1024 ** 2,
  concurrency: 4,
} as const

/** How an offered request was answered. */
export type OfferOutcome =
  /** The backend has it, but for records that it refused; a copy of the request is then in the `refused` file. */
  | { readonly kind: 'delivered'; readonly rejected: number; readonly message: string }
  /** It is on disk, and will be delivered. */
  | { readonly kind: 'parked' }
  /** It was not taken: `permanent` when it never will be (a copy is in the `refused` file), else it may be offered again. */
  | { readonly kind: 'refused'; readonly permanent: boolean; readonly code: string; readonly message: string }
  /** It could not be parked, and the backend has not answered: it may be there or not. */
  | { readonly kind: 'indeterminate'; readonly message: string }

export interface BufferStatus {
  /** `live`: the backend takes everything at once. `buffering`: requests go to the file. */
  readonly mode: 'live' | 'buffering'
  readonly directory: string
  readonly backend: string
  /** On disk and not delivered; events of files that another process left are counted when they are read. */
  readonly parked: { readonly events: number; readonly bytes: number; readonly files: number }
  readonly usedBytes: number
  /** Under way to the backend and not acknowledged. */
  readonly inMemoryEvents: number
  /** Events since the start. */
  readonly delivered: number
  readonly buffered: number
  readonly setAside: number
  readonly refused: number
  readonly damagedLines: number
  /** Why requests went to the file; empty when none did. */
  readonly lastFailure: string
  readonly nextAttemptInMs: number
}
