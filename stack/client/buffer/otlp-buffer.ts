// The buffer: takes OTLP requests, hands them to the backend or keeps them on disk until it takes them, and loses none.
import { sleep } from '../../../core/clock.ts'
import { messageOf } from '../../../core/errors.ts'
import { lineOf, type Message } from '../export-request.ts'
import type { TransportAnswer } from '../transport/transport.ts'
import { Aside, type Refusal } from './dead-letter.ts'
import { type DeliveryOptions, deliverSegment, type Failure, partialRefusal } from './delivery.ts'
import { BufferDirectory } from './directory.ts'
import { type Disk, realDisk } from './disk.ts'
import { newOwner } from './file-names.ts'
import { Journal } from './journal.ts'
import { Announcer } from './notices.ts'
import { type BufferOptions, type BufferStatus, type OfferOutcome, standard } from './options.ts'
import { Doubts } from './poison-detector.ts'
import { Gate } from './retry-gate.ts'
import type { Segment } from './segment.ts'

/** Files that other processes have left are looked for at the start, and so often. */
const TAKE_OVER_MS = 10_000

type Settings = Required<Omit<BufferOptions, 'transport'>> & Pick<BufferOptions, 'transport'>

export class OtlpBuffer implements AsyncDisposable {
  readonly #settings: Settings
  readonly #disk: Disk
  readonly #directory: BufferDirectory
  readonly #journal: Journal
  readonly #aside: Aside
  readonly #gate: Gate
  readonly #announcer: Announcer
  readonly #doubts = new Doubts()
  readonly #stop = new AbortController()
  /** First attempts that were slow, by the place of their line in the file. */
  readonly #late = new Map<string, Promise<TransportAnswer>>()
  readonly #underWay = new Set<Promise<unknown>>()
  #segments: Segment[] = []
  #delivering: Promise<void> | undefined
  #takingOver: Promise<void> = Promise.resolve()
  #memoryEvents = 0
  #deliveredFromDisk = 0
  #taken = 0
  #counts = { delivered: 0, buffered: 0, setAside: 0, refused: 0, damagedLines: 0 }
  #lastFailure = ''
  /** Why something was left where it is, when last told; empty when nothing was. */
  #leftBehind = ''

  private constructor(options: BufferOptions) {
    const { log: given = (line: string) => console.error(line), disk = realDisk, ...rest } = options
    // What others say is quoted in some of them; a terminal must not take it for its own.
    const log = (line: string) => given(line.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '))
    this.#settings = { ...standard, ...rest, log, disk }
    this.#disk = disk
    this.#directory = new BufferDirectory(options.directory, disk, newOwner())
    this.#aside = new Aside(disk, this.#directory)
    this.#gate = new Gate(this.#settings)
    this.#announcer = new Announcer(log, options.directory)
    this.#journal = new Journal({
      disk,
      directory: options.directory,
      segmentBytes: this.#settings.segmentBytes,
      newName: () => this.#directory.newName('parked'),
      onSegment: (segment) => void this.#segments.push(segment),
    })
  }

  /**
   * Opens the directory and begins to deliver what earlier processes left there.
   * @throws MachineError when the directory cannot be used
   */
  static async open(options: BufferOptions): Promise<OtlpBuffer> {
    const buffer = new OtlpBuffer(options)
    await buffer.#directory.open()
    await buffer.#takeOver()
    buffer.#lookForLeftovers()
    return buffer
  }

  get status(): BufferStatus {
    const { transport, directory } = this.#settings
    const bytes = this.#segments.reduce((sum, { size }) => sum + size, 0)
    const events = this.#segments.reduce((sum, segment) => sum + segment.events, 0)
    return {
      mode: this.#isLive ? 'live' : 'buffering',
      directory,
      backend: transport.name,
      parked: { events, bytes, files: this.#segments.length },
      usedBytes: this.#directory.usedBytes,
      inMemoryEvents: this.#memoryEvents,
      ...this.#counts,
      lastFailure: this.#lastFailure,
      nextAttemptInMs: Math.ceil(this.#gate.remainingMs),
    }
  }

  /** Whether requests are refused because nothing more can be kept. */
  get full(): boolean {
    return this.#announcer.isFull
  }

  /** Takes a request. Resolves as soon as the backend has it or it is on disk, or says why neither is so. */
  async offer(message: Message): Promise<OfferOutcome> {
    if (this.#stop.signal.aborted) return refused('CLOSED', 'the buffer is closed')
    const work = this.#canGoLive(message) ? this.#live(message) : this.#park(message)
    this.#underWay.add(work)
    try {
      return await work
    } finally {
      this.#underWay.delete(work)
    }
  }

  /** Resolves when nothing waits on disk, or rejects with the signal's reason. */
  async caughtUp(signal: AbortSignal): Promise<void> {
    while (!this.#isLive) await sleep(5, signal)
  }

  /** Waits for what is under way; what is on disk stays there for the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#underWay])
    this.#stop.abort(new Error('the buffer is closed'))
    await Promise.allSettled([this.#delivering, this.#takingOver])
    await this.#journal.close()
    for (const segment of this.#segments) await this.#directory.giveUp(segment)
    await this.#aside.close()
    this.#announcer.close()
  }

  get #isLive(): boolean {
    return this.#segments.length === 0 && this.#journal.idle
  }

  #canGoLive({ events }: Message): boolean {
    if (!this.#isLive || this.#gate.remainingMs > 0) return false
    return this.#memoryEvents === 0 || this.#memoryEvents + events <= this.#settings.memoryEvents
  }

  async #live(message: Message): Promise<OfferOutcome> {
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

  async #answered(message: Message, answer: TransportAnswer): Promise<OfferOutcome> {
    switch (answer.kind) {
      case 'accepted':
        return this.#delivered(message.events, { kind: 'delivered', rejected: 0, message: '' })
      case 'partial': {
        await this.#keepAside(message, partialRefusal(answer.rejected, message, answer.message))
        const { rejected } = answer
        return this.#delivered(message.events - rejected, { kind: 'delivered', rejected, message: answer.message })
      }
      case 'rejected':
        await this.#keepAside(message, answer)
        return { kind: 'refused', permanent: true, code: answer.code, message: answer.message }
      default:
        // One failure of several that were under way at once counts.
        if (this.#gate.remainingMs === 0) this.#gate.failed(answer.kind === 'retryable' ? answer.afterMs : 0)
        this.#noteFailure(answer)
        return this.#park(message)
    }
  }

  #delivered(events: number, outcome: OfferOutcome): OfferOutcome {
    this.#gate.succeeded()
    this.#taken += 1
    this.#counts.delivered += events
    return outcome
  }

  /** The backend takes its time: the request goes to disk, and whoever delivers it waits for that attempt first. */
  async #parkSlow(message: Message, attempt: Promise<TransportAnswer>): Promise<OfferOutcome> {
    const { transport, answerWithinMs } = this.#settings
    this.#lastFailure = `no answer from ${transport.name} within ${answerWithinMs} ms`
    const outcome = await this.#park(message, attempt)
    if (outcome.kind !== 'refused') return outcome
    return { kind: 'indeterminate', message: `${this.#lastFailure}, and ${outcome.message}` }
  }

  async #park(message: Message, late?: Promise<TransportAnswer>): Promise<OfferOutcome> {
    const { maxDiskBytes } = this.#settings
    let line: Buffer
    try {
      line = lineOf(message)
    } catch (error) {
      return this.#refuse(message, `the request cannot be read: ${messageOf(error)}`, 'INVALID_ARGUMENT', true)
    }
    if (this.#directory.usedBytes + line.length > maxDiskBytes) {
      this.#announcer.full(`the limit of ${maxDiskBytes} bytes is reached`)
      return this.#refuse(message, `the buffer is full (${maxDiskBytes} bytes)`, 'RESOURCE_EXHAUSTED', false)
    }
    this.#directory.usedBytes += line.length
    try {
      const { segment, offset } = await this.#journal.append(line, message.events)
      if (late) this.#late.set(`${segment.path}@${offset}`, late)
    } catch (error) {
      this.#directory.usedBytes -= line.length
      this.#announcer.full(messageOf(error))
      return this.#refuse(message, `the buffer cannot write: ${messageOf(error)}`, 'RESOURCE_EXHAUSTED', false)
    }
    this.#announcer.room()
    this.#counts.buffered += message.events
    this.#announcer.buffering(this.#lastFailure || 'more events came than the memory holds')
    this.#deliver()
    return { kind: 'parked' }
  }

  #refuse({ events }: Message, message: string, code: string, permanent: boolean): OfferOutcome {
    this.#counts.refused += events
    return refused(code, message, permanent)
  }

  async #keepAside(message: Message, refusal: Refusal): Promise<void> {
    const { maxDiskBytes } = this.#settings
    try {
      const line = lineOf(message)
      if (this.#directory.usedBytes + line.length > maxDiskBytes)
        return this.#announcer.full(`the limit of ${maxDiskBytes} bytes is reached; ${refusal.code} is not set aside`)
      await this.#setAside(line, message.events, refusal)
    } catch (error) {
      // Whoever offered it is told of the refusal all the same.
      this.#settings.log(`telemetry: ${message.events} refused events could not be set aside: ${messageOf(error)}`)
    }
  }

  async #setAside(line: Buffer, events: number, { code, message }: Refusal): Promise<void> {
    await this.#aside.refused(line, events, { code, message })
    this.#directory.usedBytes += line.length
    this.#counts.setAside += events
    this.#announcer.refused(events, code)
  }

  #noteFailure({ code, message }: Failure): void {
    this.#lastFailure = `${this.#settings.transport.name} does not take events (${message.includes(code) ? message : `${code}: ${message}`})`
  }

  /** Delivers in the background until nothing is left. */
  #deliver(): void {
    this.#delivering ??= this.#deliverAll()
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#settings.log(`telemetry: delivery stopped: ${messageOf(error)}`)
      })
      .finally(() => {
        this.#delivering = undefined
      })
  }

  async #deliverAll(): Promise<void> {
    const options = this.#deliveryOptions()
    let leftBehind = false
    for (;;) {
      const [segment] = this.#segments
      if (segment === undefined) {
        // Appends that are under way make a segment, or fail.
        if (this.#journal.idle) break
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
      if (segment.open && !this.#journal.idle) {
        // Appends that are under way make it longer. They need the event loop, which an empty round here would never give back.
        await sleep(1, this.#stop.signal)
        continue
      }
      await this.#journal.release(segment)
      if (segment.cursor < segment.size) continue
      await this.#drop(segment)
    }
    // It is looked for again soon, and only then all is delivered.
    if (leftBehind) return
    this.#leftBehind = ''
    this.#doubts.clear()
    this.#announcer.caughtUp(this.#deliveredFromDisk)
    this.#deliveredFromDisk = 0
    this.#lastFailure = ''
  }

  async #drop(segment: Segment): Promise<void> {
    await this.#disk.remove(segment.path).catch(() => {})
    this.#segments = this.#segments.filter((other) => other !== segment)
    this.#directory.usedBytes = Math.max(0, this.#directory.usedBytes - segment.size)
    for (const key of [...this.#late.keys()]) if (key.startsWith(`${segment.path}@`)) this.#late.delete(key)
  }

  /**
   * Another process has taken the file over, and delivers it; or the disk fails, and it is looked for again soon.
   * @returns whether it is left where it is
   */
  async #unreadable(segment: Segment, error: unknown): Promise<boolean> {
    const { log, directory } = this.#settings
    await this.#journal.release(segment)
    this.#segments = this.#segments.filter((other) => other !== segment)
    if (isMissing(error)) {
      log(`telemetry: ${segment.path} is gone: another process has taken it over, or somebody has removed it`)
      return false
    }
    const why = codeOf(error) ?? messageOf(error)
    this.#lastFailure = `what waits in ${directory} cannot be delivered now (${why})`
    if (this.#leftBehind !== why)
      log(`telemetry: ${this.#lastFailure}; it stays there, and is tried again every ten seconds`)
    this.#leftBehind = why
    // Whoever looks for what others have left finds it again.
    await this.#directory.giveUp(segment)
    return true
  }

  #deliveryOptions(): DeliveryOptions {
    const { transport, attemptTimeoutMs, concurrency } = this.#settings
    return {
      disk: this.#disk,
      gate: this.#gate,
      signal: this.#stop.signal,
      transport,
      attemptTimeoutMs,
      concurrency,
      late: (segment, offset) => this.#late.get(`${segment.path}@${offset}`),
      setAside: (line, refusal) =>
        this.#setAside(line.bytes, 'events' in line.content ? line.content.events : 0, refusal),
      damaged: async (lines, segment) => {
        for (const { bytes } of lines) await this.#aside.damaged(bytes)
        this.#counts.damagedLines += lines.length
        this.#announcer.damaged(lines.length, segment.path)
      },
      atFault: (line) => this.#doubts.atFault(line.bytes, this.#taken),
      requeue: async (line) => {
        const [first, ...others] = this.#segments
        const end = line.offset + line.bytes.length + 1
        if (others.length === 0 && first !== undefined && end >= first.size) return false
        const copy = Buffer.concat([line.bytes, Buffer.from('\n')])
        this.#directory.usedBytes += copy.length
        await this.#journal.append(copy, 'events' in line.content ? line.content.events : 0)
        return true
      },
      delivered: (events) => {
        this.#taken += 1
        this.#counts.delivered += events
        this.#deliveredFromDisk += events
      },
      failed: (failure) => this.#noteFailure(failure),
    }
  }

  async #takeOver(): Promise<void> {
    const taken = await this.#directory.takeOver()
    if (taken.length === 0) return
    this.#segments = [...taken, ...this.#segments]
    this.#announcer.buffering('events of an earlier run are waiting')
    this.#deliver()
  }

  #lookForLeftovers(): void {
    const look = async () => {
      await this.#takeOver()
      await this.#directory.count()
    }
    this.#takingOver = (async () => {
      for (;;) {
        await sleep(TAKE_OVER_MS, this.#stop.signal, { keepAlive: false })
        // A disk that fails now may be well the next time.
        await look().catch((error: unknown) => this.#settings.log(`telemetry: ${messageOf(error)}`))
      }
    })().catch(() => {})
  }
}

function refused(code: string, message: string, permanent = false): OfferOutcome {
  return { kind: 'refused', permanent, code, message }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT'
}
