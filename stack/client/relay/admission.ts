// What both of the relay's servers do with a request: room for it in memory, its bytes unpacked, the buffer's answer.
import { promisify } from 'node:util'
import { gunzip, inflate, zstdDecompress } from 'node:zlib'
import { messageOf } from '../../../core/errors.ts'
import type { Signal } from '../../../core/otlp/codec.ts'
import type { OfferOutcome } from '../buffer/options.ts'
import type { OtlpBuffer } from '../buffer/otlp-buffer.ts'
import { type ExportRequest, jsonMessage, protobufMessage } from '../export-request.ts'
import { MemoryBudget } from './memory-budget.ts'

/** As large as the collector takes. */
export const MAX_REQUEST_BYTES = 16 * 1024 * 1024
/** All requests together: of each its bytes, and what becomes of them when they are parked. */
const MEMORY_BYTES = 48 * 1024 * 1024
const COPIES = 3
const MAX_WAITING = 1_000
/** Requests that are unpacked at once. */
const UNPACKING_BYTES = 2 * MAX_REQUEST_BYTES
/** Who has room and has not sent all by then is cut off: others wait for it. */
export const MAX_UPLOAD_MS = 20_000
/** What a client that is sent away is asked to wait. */
export const RETRY_AFTER_MS = 1_000

/** `zlib` is what HTTP and gRPC call deflate (RFC 1950). */
export type Compression = 'gzip' | 'zlib' | 'zstd' | 'none'

export interface Unpacked {
  readonly signal: Signal
  readonly encoding: 'protobuf' | 'json'
  readonly compression: Compression
}

/** A request that is no OTLP, or in a form that is not supported, with the words for its sender. */
export class BadRequest extends Error {
  readonly tooLarge: boolean
  /** Over HTTP: 400, or 415 for a form that is not supported. */
  readonly status: 400 | 415
  readonly headers: Readonly<Record<string, string>>

  constructor(
    message: string,
    { tooLarge = false, status = 400, headers = {} }: Partial<Pick<BadRequest, 'tooLarge' | 'status' | 'headers'>> = {},
  ) {
    super(message)
    this.tooLarge = tooLarge
    this.status = status
    this.headers = headers
  }
}

export interface AdmissionCounts {
  requests: number
  events: number
  /** Sent away because there was no memory for them. */
  pushedBack: number
  /** No OTLP, too large, or in a form that is not supported. */
  bad: number
  /** Sent to a path or with a method that takes no OTLP: a client's endpoint is configured wrong. */
  misdirected: number
  /** Method and path of the last of them; empty when there was none. */
  lastMisdirected: string
}

const unzip = { gzip: promisify(gunzip), zlib: promisify(inflate), zstd: promisify(zstdDecompress) }

export class Admission {
  readonly #buffer: OtlpBuffer
  readonly #budget = new MemoryBudget(MEMORY_BYTES, MAX_WAITING)
  readonly #unpacking = new MemoryBudget(UNPACKING_BYTES, MAX_WAITING)
  readonly counts: AdmissionCounts = {
    requests: 0,
    events: 0,
    pushedBack: 0,
    bad: 0,
    misdirected: 0,
    lastMisdirected: '',
  }

  constructor(buffer: OtlpBuffer) {
    this.#buffer = buffer
  }

  get memoryBytes(): number {
    return this.#budget.usedBytes
  }

  /** Room for a request of so many bytes; undefined when its sender must come again later, or is gone. */
  async room(bytes: number, gone: AbortSignal): Promise<Disposable | undefined> {
    const room = await this.#budget.take(bytes * COPIES, gone)
    if (room === undefined && !gone.aborted) this.counts.pushedBack += 1
    return room
  }

  /**
   * More room for a request that holds some already; undefined when there is none at once. It must not wait: those who hold room and wait
   * for each other would wait for ever.
   */
  async moreRoom(bytes: number): Promise<Disposable | undefined> {
    const room = await this.#budget.take(bytes * COPIES, AbortSignal.abort())
    if (room === undefined) this.counts.pushedBack += 1
    return room
  }

  /** Hands a whole body to the buffer. @throws BadRequest */
  async take(body: Buffer, form: Unpacked, gone: AbortSignal): Promise<OfferOutcome> {
    this.counts.requests += 1
    const message = await this.#messageOf(body, form, gone)
    if (message === undefined) return this.#sentAway(gone)
    // What was packed takes more room than its sender was given.
    using more = form.compression === 'none' ? nothing : await this.moreRoom(message.body.length)
    if (more === undefined) return refusedForNow
    this.counts.events += message.events
    return this.#buffer.offer(message)
  }

  bad(message: string, tooLarge = false): BadRequest {
    this.counts.bad += 1
    return new BadRequest(message, { tooLarge })
  }

  unsupported(message: string, headers: Readonly<Record<string, string>> = {}): BadRequest {
    this.counts.bad += 1
    return new BadRequest(message, { status: 415, headers })
  }

  /** @param what method and path */
  misdirected(what: string): void {
    this.counts.misdirected += 1
    this.counts.lastMisdirected = what.slice(0, 200)
  }

  #sentAway(gone: AbortSignal): OfferOutcome {
    if (!gone.aborted) this.counts.pushedBack += 1
    return refusedForNow
  }

  /** Undefined when there is no room to unpack it now, or its sender is gone. */
  async #messageOf(
    body: Buffer,
    { signal, encoding, compression }: Unpacked,
    gone: AbortSignal,
  ): Promise<ExportRequest | undefined> {
    const plain = compression === 'none' ? body : await this.#unpack(body, compression, gone)
    if (plain === undefined) return undefined
    try {
      return encoding === 'json' ? jsonMessage(signal, plain) : protobufMessage(signal, plain)
    } catch (error) {
      throw this.bad(`not an OTLP request of ${signal}: ${messageOf(error)}`)
    }
  }

  async #unpack(
    body: Buffer,
    compression: Exclude<Compression, 'none'>,
    gone: AbortSignal,
  ): Promise<Buffer | undefined> {
    using room = await this.#unpacking.take(MAX_REQUEST_BYTES, gone)
    if (room === undefined) return undefined
    try {
      return await unzip[compression](body, { maxOutputLength: MAX_REQUEST_BYTES })
    } catch (error) {
      const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
      throw this.bad(tooLarge ? tooLargeText : `the body cannot be unpacked: ${messageOf(error)}`, tooLarge)
    }
  }
}

const nothing: Disposable = { [Symbol.dispose]: () => {} }

const refusedForNow: OfferOutcome = {
  kind: 'refused',
  permanent: false,
  code: 'RESOURCE_EXHAUSTED',
  message: 'too many compressed requests at once',
}

export const tooLargeText = `the request is larger than max: ${MAX_REQUEST_BYTES} bytes`
