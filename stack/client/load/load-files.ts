// Sends files of OTLP JSON lines to a backend, each line as a request of its own, in order; tells what was refused, and where to go on.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { sleep } from '../../../core/clock.ts'
import { ExitCode, messageOf, UserError } from '../../../core/errors.ts'
import { outermost } from '../../../core/otlp/codec.ts'
import { RetryGate, type RetryPolicy } from '../buffer/retry-gate.ts'
import { type ExportRequest, jsonMessage } from '../export-request.ts'
import type { Transport, TransportAnswer } from '../transport/transport.ts'
import { markedRequest } from './mark-request.ts'

export interface LoadOptions extends RetryPolicy {
  readonly files: readonly string[]
  /** The line of the first file to begin with, from 1. */
  readonly from: number
  /** Every record is marked as one of this sample; as it stands in the files where it is absent. */
  readonly dataset?: string | undefined
  readonly transport: Transport
  readonly attemptTimeoutMs: number
  /** Ends it between two requests. */
  readonly signal: AbortSignal
  /** A line that will never be taken, or not whole. */
  readonly refused: (place: string, reason: string) => void
  readonly progress: (counts: LoadCounts, place: string) => void
}

export interface LoadCounts {
  /** Requests that were taken, whole or in part. */
  readonly requests: number
  /** Log records and data points in them that were taken. */
  readonly events: number
  /** Lines that were not taken, or not whole. */
  readonly refused: number
}

/**
 * A backend that does not take a request now is tried again as often as the policy says.
 * @throws UserError naming the file and the line to go on with, when a file cannot be read, the backend takes no more, or the signal aborts
 */
export async function loadFiles(options: LoadOptions): Promise<LoadCounts> {
  const counts = { requests: 0, events: 0, refused: 0 }
  const gate = new RetryGate(options)
  for (const [index, file] of options.files.entries()) {
    for await (const { text, line } of linesOf(file, index === 0 ? options.from : 1)) {
      const place = `${file}:${line}`
      const message = messageIn(text, options.dataset)
      if (typeof message === 'string') {
        counts.refused += 1
        options.refused(place, message)
        continue
      }
      const answer = await deliver(message, gate, options, place)
      const rejected = answer.kind === 'accepted' ? 0 : answer.kind === 'partial' ? answer.rejected : message.events
      if (answer.kind !== 'rejected') counts.requests += 1
      counts.events += message.events - rejected
      if (answer.kind !== 'accepted') {
        counts.refused += 1
        options.refused(place, reasonOf(answer, message))
      }
      options.progress(counts, place)
    }
  }
  return counts
}

async function* linesOf(file: string, from: number): AsyncGenerator<{ readonly text: string; readonly line: number }> {
  let line = 0
  const input = unpacked(file)
  const failed = new Promise<never>((_, reject) => {
    input.on('error', (error) => reject(new UserError(`${file} cannot be read: ${messageOf(error)}`, ExitCode.unknown)))
  })
  failed.catch(() => {})
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await Promise.race([lines.next(), failed])
      if (next.done) return await Promise.race([failed, Promise.resolve()])
      line += 1
      if (line >= from && next.value.trim() !== '') yield { text: next.value, line }
    }
  } finally {
    input.destroy()
  }
}

/** By the end of its name. */
function unpacked(file: string): Readable {
  const read = createReadStream(file)
  if (file.endsWith('.gz')) return pipeline(read, createGunzip(), () => {})
  return file.endsWith('.zst') ? pipeline(read, createZstdDecompress(), () => {}) : read
}

/** The request in a line, or why there is none. */
function messageIn(text: string, dataset: string | undefined): ExportRequest | string {
  try {
    const parsed: unknown = JSON.parse(text)
    const isMetrics = typeof parsed === 'object' && parsed !== null && METRICS.some((name) => name in parsed)
    const message = jsonMessage(isMetrics ? 'metrics' : 'logs', Buffer.from(text))
    return dataset === undefined ? message : markedRequest(message, dataset)
  } catch (error) {
    return messageOf(error)
  }
}

const METRICS = [outermost.metrics, 'resource_metrics']

type Settled = Extract<TransportAnswer, { readonly kind: 'accepted' | 'partial' | 'rejected' }>

async function deliver(
  message: ExportRequest,
  gate: RetryGate,
  { transport, attemptTimeoutMs, attempts, signal }: LoadOptions,
  place: string,
): Promise<Settled> {
  const goOn = `go on with ${place.replace(/^(.*):(\d+)$/s, '--from $2 $1')}`
  for (let attempt = 1; ; attempt += 1) {
    if (signal.aborted) throw new UserError(`stopped; ${goOn}`)
    const answer = await transport.send(message, attemptTimeoutMs)
    if (answer.kind !== 'retryable' && answer.kind !== 'suspect') {
      gate.succeeded()
      return answer
    }
    if (attempt >= attempts)
      throw new UserError(
        `${place}: ${transport.name} did not take it in ${attempts} attempts (${answer.code}: ${answer.message}); ${goOn}`,
      )
    gate.failed(answer.kind === 'retryable' ? answer.afterMs : 0)
    await sleep(gate.remainingMs, signal).catch(() => {})
  }
}

function reasonOf(answer: Exclude<Settled, { readonly kind: 'accepted' }>, { events }: ExportRequest): string {
  if (answer.kind === 'rejected') return `${answer.code}: ${answer.message}`
  return `${answer.rejected} of ${events} were not taken: ${answer.message}`
}
