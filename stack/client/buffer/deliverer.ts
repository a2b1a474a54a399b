// Delivers what the spool holds, in the background, until nothing is left; and keeps count of what the backend has taken.
import { sleep } from '../../../core/clock.ts'
import { messageOf } from '../../../core/errors.ts'
import type { Transport } from '../transport/transport.ts'
import { type DeliveryOptions, deliverSegment, type Failure } from './delivery.ts'
import type { Disk } from './disk.ts'
import type { Notices } from './notices.ts'
import { PoisonDetector } from './poison-detector.ts'
import { RetryGate, type RetryPolicy } from './retry-gate.ts'
import type { Segment } from './segment.ts'
import type { Spool } from './spool.ts'

export interface DelivererOptions extends RetryPolicy {
  readonly spool: Spool
  readonly transport: Transport
  readonly disk: Disk
  readonly directory: string
  readonly attemptTimeoutMs: number
  readonly concurrency: number
  readonly notices: Notices
  readonly log: (line: string) => void
}

/** Files that other processes have left are looked for at the start, and so often. */
const ADOPT_MS = 10_000

export class Deliverer {
  readonly gate: RetryGate
  readonly #options: DelivererOptions
  readonly #poison = new PoisonDetector()
  readonly #stop = new AbortController()
  #running: Promise<void> | undefined
  #adopting: Promise<void> = Promise.resolve()
  #deliveredFromDisk = 0
  /** Requests that the backend has taken. */
  #taken = 0
  /** Why something was left where it is, when last told; empty when nothing was. */
  #leftBehind = ''
  /** Events since the start. */
  delivered = 0
  /** Why requests went to the file; empty when none did. */
  lastFailure = ''

  constructor(options: DelivererOptions) {
    this.#options = options
    this.gate = new RetryGate(options)
  }

  /** The backend has taken a request. */
  accepted(events: number): void {
    this.gate.succeeded()
    this.#taken += 1
    this.delivered += events
  }

  noteFailure({ code, message }: Failure): void {
    const why = message.includes(code) ? message : `${code}: ${message}`
    this.lastFailure = `${this.#options.transport.name} does not accept events (${why})`
  }

  /** Adopts what ended processes have left, now and again and again. */
  async begin(): Promise<void> {
    await this.#adopt()
    const look = async () => {
      await this.#adopt()
      await this.#options.spool.count()
    }
    this.#adopting = (async () => {
      for (;;) {
        await sleep(ADOPT_MS, this.#stop.signal, { keepAlive: false })
        // A disk that fails now may be well the next time.
        await look().catch((error: unknown) => this.#options.log(`telemetry: ${messageOf(error)}`))
      }
    })().catch(() => {})
  }

  /** Delivers in the background until nothing is left; does nothing while it does. */
  start(): void {
    this.#running ??= this.#deliverAll()
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#options.log(`telemetry: delivery stopped: ${messageOf(error)}`)
      })
      .finally(() => {
        this.#running = undefined
      })
  }

  /** Ends at once; what is under way is sent again at the next start, and counts once. */
  async close(): Promise<void> {
    this.#stop.abort(new Error('the buffer is closed'))
    await Promise.allSettled([this.#running, this.#adopting])
  }

  async #adopt(): Promise<void> {
    const { spool, notices } = this.#options
    if (!(await spool.adoptOrphans())) return
    notices.buffering('events of an earlier run were found')
    this.start()
  }

  async #deliverAll(): Promise<void> {
    const { spool, notices } = this.#options
    const options = this.#deliveryOptions()
    let leftBehind = false
    for (;;) {
      const segment = spool.oldest
      if (segment === undefined) {
        // Appends that are under way make a segment, or fail.
        if (!spool.writing) break
        await sleep(1, this.#stop.signal)
        continue
      }
      try {
        await deliverSegment(segment, options)
      } catch (error) {
        this.#stop.signal.throwIfAborted()
        leftBehind = (await this.#unreadable(segment, error)) || leftBehind
        continue
      }
      if (segment.cursor < segment.size) continue
      if (segment.open && spool.writing) {
        // Appends that are under way make it longer. They need the event loop, which an empty round here would never give back.
        await sleep(1, this.#stop.signal)
        continue
      }
      await spool.remove(segment)
    }
    // It is looked for again soon, and only then all is delivered.
    if (leftBehind) return
    this.#leftBehind = ''
    this.#poison.clear()
    notices.recovered(this.#deliveredFromDisk)
    this.#deliveredFromDisk = 0
    this.lastFailure = ''
  }

  /**
   * Another process has adopted the file, and delivers it; or the disk fails, and it is looked for again soon.
   * @returns whether it is left where it is
   */
  async #unreadable(segment: Segment, error: unknown): Promise<boolean> {
    const { log, directory, spool } = this.#options
    const isMissing = codeOf(error) === 'ENOENT'
    if (isMissing) {
      await spool.abandon(segment, { release: false })
      log(`telemetry: ${segment.path} is gone: another process has adopted it, or it was removed`)
      return false
    }
    const why = codeOf(error) ?? messageOf(error)
    this.lastFailure = `what waits in ${directory} cannot be delivered now (${why})`
    if (this.#leftBehind !== why) log(`telemetry: ${this.lastFailure}; it stays there and is retried every ten seconds`)
    this.#leftBehind = why
    // Whoever looks for what others have left finds it again.
    await spool.abandon(segment, { release: true })
    return true
  }

  #deliveryOptions(): DeliveryOptions {
    const { spool, transport, disk, attemptTimeoutMs, concurrency } = this.#options
    return {
      disk,
      gate: this.gate,
      signal: this.#stop.signal,
      transport,
      attemptTimeoutMs,
      concurrency,
      late: (segment, offset) => spool.lateAnswer(segment, offset),
      setAside: (line, refusal) =>
        spool.setAside(line.bytes, 'events' in line.content ? line.content.events : 0, refusal),
      damaged: (lines, segment) => spool.damaged(lines, segment),
      atFault: (line) => this.#poison.atFault(line.bytes, this.#taken),
      requeue: (line) => spool.requeue(line),
      masked: (line) => spool.masked(line),
      delivered: (events) => {
        this.#taken += 1
        this.delivered += events
        this.#deliveredFromDisk += events
      },
      failed: (failure) => this.noteFailure(failure),
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
