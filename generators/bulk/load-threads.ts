// A load from several threads: each makes and sends its share of the copies, and tells how each was answered.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Answer } from '../batch.ts'
import type { BytesProtocol } from '../emit/bytes-sender.ts'
import type { Lateness, LoadShape, Pulse } from './arrival-rate.ts'
import type { EncodedRequest } from './copies.ts'

/** In what time which number of requests is sent: as fast as the other end answers, or at rates of their own. */
export type LoadPlan =
  | { readonly kind: 'requests'; readonly requests: number }
  | { readonly kind: 'arrivals'; readonly shape: LoadShape }

export interface Shard {
  /** From 1. */
  readonly number: number
  readonly of: number
}

export interface LoadTarget {
  readonly protocol: BytesProtocol
  /** gRPC: `127.0.0.1:4317`; HTTP: `http://127.0.0.1:4318`. */
  readonly endpoint: string
  /** `none` when absent. */
  readonly compression?: 'gzip' | 'none'
}

export interface ThreadedLoad {
  readonly templates: readonly EncodedRequest[]
  /** Of this shard. */
  readonly plan: LoadPlan
  readonly threads: number
  /** Of several loads that are one together, on other machines too: copies that no other shard sends. The whole when absent. */
  readonly shard?: Shard
  /** The number of the first copy; 0 when absent. A load that goes on sends none again. */
  readonly from?: number
  /** Where to, and how: each thread has one of them, in turn. */
  readonly targets: readonly [LoadTarget, ...LoadTarget[]]
  readonly timeoutMs: number
  /** Requests under way at once, of each thread. */
  readonly inFlight: number
  /** Breaks off. */
  readonly signal?: AbortSignal
  /** Sends nothing more; what is under way is waited for, and the result is whole. */
  readonly halt?: AbortSignal
  /** Of a load that has rates: told about once a second by each thread, behind the answers that it has heard. */
  readonly pulsed?: (thread: number, pulse: Pulse) => void
  /** Told of each copy and its answer, in the order of the answers. */
  readonly answered: (number: number, answer: Answer['kind']) => void
}

export interface ThreadedResult {
  readonly requests: number
  readonly records: number
  /** Of all threads: user and system, milliseconds. */
  readonly cpuMs: number
  /** Arrivals that were not sent because too many were under way. */
  readonly dropped: number
  /** Arrivals that were started more than `LATE_MS` after their time. */
  readonly late: number
  /** The worst thread's; zeroes where the plan has no times. */
  readonly lateness: Lateness
  /** The longest thread's: how long it sent, milliseconds. */
  readonly tookMs: number
}

export const ANSWER_KINDS = [
  'accepted',
  'refused',
  'partial',
  'indeterminate',
] as const satisfies readonly Answer['kind'][]

/** What a thread is told. */
export interface ThreadOrder extends Omit<ThreadedLoad, 'signal' | 'halt' | 'pulsed' | 'answered'> {
  readonly thread: number
  /** Shared: not 0 once nothing more is to be sent. */
  readonly halted: Int32Array<SharedArrayBuffer>
}

/** What a thread tells: copies and answers in pairs, and at the end its sums. */
export interface ThreadReport {
  readonly answers: Float64Array
  readonly pulse?: Pulse
  readonly end?: ThreadedResult
}

/** @throws Error of a thread that breaks, or the reason of the stop */
export async function sendFromThreads(load: ThreadedLoad): Promise<ThreadedResult> {
  const { signal, halt, pulsed, answered, ...order } = load
  signal?.throwIfAborted()
  const halted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const sendNoMore = () => void Atomics.store(halted, 0, 1)
  if (halt?.aborted) sendNoMore()
  halt?.addEventListener('abort', sendNoMore)
  const workers = Array.from(
    { length: load.threads },
    (_, thread) =>
      new Worker(new URL('./load-thread.ts', import.meta.url), {
        workerData: { ...order, thread, halted } satisfies ThreadOrder,
      }),
  )
  const stop = () => void Promise.all(workers.map((worker) => worker.terminate()))
  signal?.addEventListener('abort', stop)
  try {
    const ends = await Promise.all(
      workers.map(async (worker, thread) => {
        let end: ThreadedResult | undefined
        worker.on('message', (report: ThreadReport) => {
          for (let index = 0; index + 1 < report.answers.length; index += 2)
            answered(report.answers[index] ?? 0, ANSWER_KINDS[report.answers[index + 1] ?? 0] ?? 'indeterminate')
          if (report.pulse) pulsed?.(thread, report.pulse)
          end = report.end ?? end
        })
        await once(worker, 'exit')
        signal?.throwIfAborted()
        if (end === undefined) throw new Error('a thread of the load ended without a result')
        return end
      }),
    )
    return ends.reduce(together)
  } finally {
    signal?.removeEventListener('abort', stop)
    halt?.removeEventListener('abort', sendNoMore)
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** The sums of two, and the worse of their latenesses. */
export function together(one: ThreadedResult, other: ThreadedResult): ThreadedResult {
  const worst = (key: keyof Lateness) => Math.max(one.lateness[key], other.lateness[key])
  return {
    requests: one.requests + other.requests,
    records: one.records + other.records,
    cpuMs: one.cpuMs + other.cpuMs,
    dropped: one.dropped + other.dropped,
    late: one.late + other.late,
    lateness: { p50Ms: worst('p50Ms'), p99Ms: worst('p99Ms'), maxMs: worst('maxMs') },
    tookMs: Math.max(one.tookMs, other.tookMs),
  }
}
