// The buffer: takes OTLP requests, hands them to the backend or keeps them on disk until it takes them, and loses none.
import { sleep } from '../../../core/clock.ts'
import { messageOf } from '../../../core/errors.ts'
import type { ExportRequest } from '../export-request.ts'
import type { TransportAnswer } from '../transport/transport.ts'
import { Deliverer } from './deliverer.ts'
import { partialRefusal } from './delivery.ts'
import { realDisk } from './disk.ts'
import { Notices } from './notices.ts'
import { type BufferOptions, type BufferStatus, type OfferOutcome, standard } from './options.ts'
import { Spool } from './spool.ts'

type Settings = Required<Omit<BufferOptions, 'transport' | 'sanitizer'>> &
  Pick<BufferOptions, 'transport' | 'sanitizer'>

export class OtlpBuffer implements AsyncDisposable {
  readonly #settings: Settings
  readonly #notices: Notices
  readonly #spool: Spool
  readonly #deliverer: Deliverer
  readonly #underWay = new Set<Promise<unknown>>()
  #memoryEvents = 0
  #closed = false

  private constructor(options: BufferOptions) {
    const { log: given = (line: string) => console.error(line), disk = realDisk, ...rest } = options
    // What others say is quoted in some of them; a terminal must not take it for its own.
    const log = (line: string) => given(line.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '))
    this.#settings = { ...standard, ...rest, log, disk }
    this.#notices = new Notices(log, options.directory)
    const notices = this.#notices
    this.#spool = new Spool({ ...this.#settings, notices, onTaken: () => this.#deliverer.start() })
    this.#deliverer = new Deliverer({ ...this.#settings, spool: this.#spool, notices })
  }

  /**
   * Opens the directory and begins to deliver what earlier processes left there.
   * @throws MachineError when the directory cannot be used
   */
  static async open(options: BufferOptions): Promise<OtlpBuffer> {
    const buffer = new OtlpBuffer(options)
    await buffer.#spool.open()
    await buffer.#deliverer.begin()
    return buffer
  }

  get status(): BufferStatus {
    const { transport, directory } = this.#settings
    return {
      mode: this.#spool.empty ? 'live' : 'buffering',
      directory,
      backend: transport.name,
      parked: this.#spool.parked,
      usedBytes: this.#spool.usedBytes,
      inMemoryEvents: this.#memoryEvents,
      delivered: this.#deliverer.delivered,
      ...this.#spool.counts,
      lastFailure: this.#deliverer.lastFailure,
      nextAttemptInMs: Math.ceil(this.#deliverer.gate.remainingMs),
    }
  }

  /** Whether requests are refused because nothing more can be kept. */
  get full(): boolean {
    return this.#notices.isFull
  }

  /** Takes a request. Resolves as soon as the backend has it or it is on disk, or says why neither is so. */
  async offer(message: ExportRequest): Promise<OfferOutcome> {
    if (this.#closed) return { kind: 'refused', permanent: false, code: 'CLOSED', message: 'the buffer is closed' }
    const left = this.#sanitized(message)
    if ('kind' in left) return left
    const work = this.#canGoLive(left) ? this.#live(left) : this.#park(left)
    this.#underWay.add(work)
    try {
      return await work
    } finally {
      this.#underWay.delete(work)
    }
  }

  /** Resolves when nothing waits on disk, or rejects with the signal's reason. */
  async drained(signal: AbortSignal): Promise<void> {
    while (!this.#spool.empty) await sleep(5, signal)
  }

  /** Waits for what is under way; what is on disk stays there for the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#underWay])
    this.#closed = true
    await this.#deliverer.close()
    await this.#spool.close()
    this.#notices.close()
  }

  /** What the policy leaves of it, or the answer where that is nothing. */
  #sanitized(message: ExportRequest): ExportRequest | OfferOutcome {
    const { sanitizer } = this.#settings
    if (sanitizer === undefined) return message
    try {
      return sanitizer.request(message) ?? { kind: 'delivered', rejected: 0, message: '' }
    } catch (error) {
      // What cannot be read cannot be masked.
      const why = `the request cannot be read: ${messageOf(error)}`
      return { kind: 'refused', permanent: true, code: 'INVALID_ARGUMENT', message: why }
    }
  }

  #canGoLive({ events }: ExportRequest): boolean {
    if (!this.#spool.empty || this.#deliverer.gate.remainingMs > 0) return false
    return this.#memoryEvents === 0 || this.#memoryEvents + events <= this.#settings.memoryEvents
  }

  async #live(message: ExportRequest): Promise<OfferOutcome> {
    const { transport, attemptTimeoutMs, answerWithinMs } = this.#settings
    this.#memoryEvents += message.events
    const attempt = transport.send(message, attemptTimeoutMs).finally(() => {
      this.#memoryEvents -= message.events
    })
    const over = new AbortController()
    const answer = await Promise.race([attempt, sleep(answerWithinMs, over.signal).catch(() => {})])
    over.abort()
    if (answer === undefined) return this.#parkSlow(message, attempt)
    return this.#answered(message, answer)
  }

  async #answered(message: ExportRequest, answer: TransportAnswer): Promise<OfferOutcome> {
    const { gate } = this.#deliverer
    switch (answer.kind) {
      case 'accepted':
        this.#deliverer.accepted(message.events)
        return { kind: 'delivered', rejected: 0, message: '' }
      case 'partial': {
        const { rejected } = answer
        await this.#spool.keepAside(message, partialRefusal(rejected, message, answer.message))
        this.#deliverer.accepted(message.events - rejected)
        return { kind: 'delivered', rejected, message: answer.message }
      }
      case 'rejected':
        await this.#spool.keepAside(message, answer)
        return { kind: 'refused', permanent: true, code: answer.code, message: answer.message }
      default:
        // One failure of several that were under way at once counts.
        if (gate.remainingMs === 0) gate.failed(answer.kind === 'retryable' ? answer.afterMs : 0)
        this.#deliverer.noteFailure(answer)
        return this.#park(message)
    }
  }

  /** The backend takes its time: the request goes to disk, and whoever delivers it waits for that attempt first. */
  async #parkSlow(message: ExportRequest, attempt: Promise<TransportAnswer>): Promise<OfferOutcome> {
    const { transport, answerWithinMs } = this.#settings
    const failure = `no answer from ${transport.name} within ${answerWithinMs} ms`
    this.#deliverer.lastFailure = failure
    const outcome = await this.#park(message, attempt)
    if (outcome.kind !== 'refused') return outcome
    return { kind: 'indeterminate', message: `${failure}, and ${outcome.message}` }
  }

  async #park(message: ExportRequest, late?: Promise<TransportAnswer>): Promise<OfferOutcome> {
    const outcome = await this.#spool.park(message, late)
    if (outcome.kind !== 'parked') return outcome
    this.#notices.buffering(this.#deliverer.lastFailure || 'more events came than the memory holds')
    this.#deliverer.start()
    return outcome
  }
}
