// Delivers what is parked, oldest first: a few requests at a time, at the pace of the gate, and nothing is removed before it is taken.
import type { ExportRequest } from '../export-request.ts'
import type { Transport, TransportAnswer } from '../transport/transport.ts'
import { halves, type Parcel, singly, together } from './coalesce.ts'
import type { Refusal } from './dead-letter.ts'
import type { Disk } from './disk.ts'
import type { RetryGate } from './retry-gate.ts'
import type { Segment } from './segment.ts'
import { type Line, readLines } from './segment-reader.ts'

export interface DeliveryOptions {
  readonly disk: Disk
  readonly transport: Transport
  readonly gate: RetryGate
  readonly attemptTimeoutMs: number
  readonly concurrency: number
  readonly signal: AbortSignal
  /** The answer to a first attempt that was slow and is still awaited, if the line at that place has one. */
  readonly late: (segment: Segment, offset: number) => Promise<TransportAnswer> | undefined
  /** Resolves when the line is durable where it is set aside. */
  readonly setAside: (line: Line, refusal: Refusal) => Promise<void>
  readonly damaged: (lines: readonly Line[], segment: Segment) => Promise<void>
  /** Whether the backend has failed over the line so often, and taken others meanwhile, that the line is to blame. */
  readonly atFault: (line: Line) => boolean
  /** Resolves when the line is durable behind all others; with false when there are none behind it. */
  readonly requeue: (line: Line) => Promise<boolean>
  /** A line of an `unmasked` segment as it may be sent and kept; undefined when nothing of it is left. */
  readonly masked: (line: Line) => Line | undefined
  readonly delivered: (events: number) => void
  readonly failed: (answer: Failure) => void
}

export type Failure = Extract<TransportAnswer, { readonly kind: 'retryable' | 'suspect' }>

const CHUNK_BYTES = 512 * 1024

/** Delivers a segment from its cursor to the end of what is durable in it. Rejects when it cannot be read, or the signal aborts. */
export async function deliverSegment(segment: Segment, options: DeliveryOptions): Promise<void> {
  while (segment.cursor < segment.size) {
    const chunkBytes = CHUNK_BYTES * options.concurrency
    const { lines: read, next } = await readLines(options.disk, segment.path, {
      offset: segment.cursor,
      end: segment.size,
      chunkBytes,
    })
    const lines = segment.unmasked ? read.flatMap((line) => options.masked(line) ?? []) : read
    const damaged = lines.filter(({ content }) => 'damage' in content)
    if (damaged.length > 0) await options.damaged(damaged, segment)
    await deliverLines(await notYetTaken(lines, segment, options), options)
    segment.cursor = next
  }
}

/** Without those whose first attempt came through after all. */
async function notYetTaken(lines: readonly Line[], segment: Segment, options: DeliveryOptions): Promise<Line[]> {
  const left: Line[] = []
  for (const line of lines) {
    const late = options.late(segment, line.offset)
    const answer = late && (await unlessAborted(late, options.signal))
    if (answer?.kind === 'accepted') options.delivered(eventsOf(line))
    else left.push(line)
  }
  return left
}

async function deliverLines(lines: readonly Line[], options: DeliveryOptions): Promise<void> {
  let waiting = together(lines)
  // One at a time after a failure: what breaks under many may bear one, and then more.
  let width = options.gate.waiting ? 1 : options.concurrency
  while (waiting.length > 0) {
    await options.gate.pass(options.signal)
    const window = waiting.slice(0, width)
    const rest = waiting.slice(width)
    const answers = await sendAll(window, options)
    const left = await settle(window, answers, options)
    width = options.gate.waiting ? 1 : Math.min(options.concurrency, width * 2)
    waiting = [...left, ...rest]
  }
}

function sendAll(
  window: readonly Parcel[],
  { transport, attemptTimeoutMs, signal }: DeliveryOptions,
): Promise<TransportAnswer[]> {
  signal.throwIfAborted()
  return unlessAborted(Promise.all(window.map(({ message }) => transport.send(message, attemptTimeoutMs))), signal)
}

/** Rejects at once when the signal aborts: what was taken meanwhile is sent again at the next start, and counts once. */
async function unlessAborted<T>(answers: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([answers, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** What of a window must be sent again at once; the gate says when. */
async function settle(
  window: readonly Parcel[],
  answers: readonly TransportAnswer[],
  options: DeliveryOptions,
): Promise<Parcel[]> {
  const left: Parcel[] = []
  let failure: Failure | undefined
  const answered = answers.some(({ kind }) => kind !== 'retryable' && kind !== 'suspect')
  if (answered) options.gate.succeeded()
  for (const [index, parcel] of window.entries()) {
    const answer = answers[index]
    if (answer === undefined) continue
    if (answer.kind === 'accepted') options.delivered(parcel.message.events)
    else if (answer.kind === 'retryable') {
      failure = answer
      // What cuts connections may let smaller requests through.
      left.push(...halves(parcel))
    } else if (answer.kind !== 'partial' && parcel.lines.length > 1) {
      // One of them may be at fault: each on its own.
      left.push(...singly(parcel.lines))
    } else if (answer.kind === 'suspect') {
      if (!answered) failure ??= answer
      left.push(...(await doubt(parcel, answer, options)))
    } else await setAside(parcel, answer, options)
  }
  if (failure) {
    options.gate.failed(failure.kind === 'retryable' ? failure.afterMs : 0)
    options.failed(failure)
  }
  return left
}

/**
 * Behind all others, so that it holds nobody up; when the others are taken and this one is not, again and again, it is at fault.
 * @returns what stays where it is, because there is nobody behind it
 */
async function doubt({ message, lines }: Parcel, answer: Failure, options: DeliveryOptions): Promise<Parcel[]> {
  const left: Line[] = []
  for (const line of lines) {
    if (options.atFault(line)) await options.setAside(line, { code: answer.code, message: answer.message })
    else if (!(await options.requeue(line))) left.push(line)
  }
  // With nobody behind it there is nothing that the backend could take meanwhile, but a request that holds nothing.
  if (left.length > 0 && (await takesNothing(message, options))) options.delivered(0)
  return singly(left)
}

async function takesNothing(
  { signal }: ExportRequest,
  { transport, attemptTimeoutMs }: DeliveryOptions,
): Promise<boolean> {
  const nothing: ExportRequest = { signal, encoding: 'protobuf', body: Buffer.alloc(0), events: 0 }
  return (await transport.send(nothing, attemptTimeoutMs)).kind === 'accepted'
}

async function setAside(
  { message, lines }: Parcel,
  answer: Extract<TransportAnswer, { readonly kind: 'partial' | 'rejected' }>,
  options: DeliveryOptions,
): Promise<void> {
  const refusal = answer.kind === 'partial' ? partialRefusal(answer.rejected, message, answer.message) : answer
  if (answer.kind === 'partial') options.delivered(Math.max(0, message.events - answer.rejected))
  for (const line of lines) await options.setAside(line, { code: refusal.code, message: refusal.message })
}

/** OTLP counts what was rejected and does not name it: the whole request is kept. */
export function partialRefusal(rejected: number, { events }: ExportRequest, message: string): Refusal {
  return { code: 'PARTIAL', message: `${rejected} of ${events} rejected: ${message}` }
}

function eventsOf({ content }: Line): number {
  return 'events' in content ? content.events : 0
}
