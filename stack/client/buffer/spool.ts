// The spool: what of a buffer is on disk. It appends requests, keeps dead letters, adopts what ended processes left, and counts bytes.
import { messageOf } from '../../../core/errors.ts'
import { type ExportRequest, lineOf, protobufBody } from '../export-request.ts'
import type { Sanitizer } from '../sanitizer/sanitizer.ts'
import type { TransportAnswer } from '../transport/transport.ts'
import { DeadLetters, type Refusal } from './dead-letter.ts'
import { BufferDirectory } from './directory.ts'
import type { Disk } from './disk.ts'
import { newOwner } from './file-names.ts'
import { Journal } from './journal.ts'
import type { Notices } from './notices.ts'
import type { OfferOutcome } from './options.ts'
import type { Segment } from './segment.ts'
import { type Line, lineOf as lineIn } from './segment-reader.ts'
import { TakeOver } from './take-over.ts'

export interface SpoolOptions {
  readonly disk: Disk
  readonly directory: string
  readonly maxDiskBytes: number
  readonly segmentBytes: number
  readonly notices: Notices
  readonly log: (line: string) => void
  readonly sanitizer?: Sanitizer | undefined
  /** A file that was taken over can be delivered. */
  readonly onTaken?: () => void
}

export class Spool {
  readonly #options: SpoolOptions
  readonly #directory: BufferDirectory
  readonly #journal: Journal
  readonly #aside: DeadLetters
  readonly #takeOver: TakeOver | undefined
  /** First attempts that were slow, by the place of their line in the file. */
  readonly #late = new Map<string, Promise<TransportAnswer>>()
  #segments: Segment[] = []
  /** Events and lines since the start. */
  readonly counts = { buffered: 0, setAside: 0, refused: 0, damagedLines: 0 }

  constructor(options: SpoolOptions) {
    this.#options = options
    const { sanitizer } = options
    this.#directory = new BufferDirectory(options.directory, options.disk, newOwner(sanitizer?.mark))
    const ready = (segment: Segment) => {
      this.#segments = [...this.#segments, segment].sort((a, b) => (a.path < b.path ? -1 : 1))
      options.onTaken?.()
    }
    this.#takeOver = sanitizer && new TakeOver({ ...options, directory: this.#directory, sanitizer, ready })
    this.#aside = new DeadLetters(options.disk, this.#directory)
    this.#journal = new Journal({
      disk: options.disk,
      directory: options.directory,
      segmentBytes: options.segmentBytes,
      newName: () => this.#directory.newName('parked'),
      onSegment: (segment) => void this.#segments.push(segment),
    })
  }

  /** @throws MachineError when the directory cannot be used */
  open(): Promise<void> {
    return this.#directory.open()
  }

  /** Whether nothing waits on disk or is on its way there. */
  get empty(): boolean {
    return this.#segments.length === 0 && this.#journal.idle && this.#takeOver?.idle !== false
  }

  /** Whether appends are under way, or files that were taken over are being masked. */
  get writing(): boolean {
    return !this.#journal.idle || this.#takeOver?.idle === false
  }

  /** The oldest file. */
  get oldest(): Segment | undefined {
    return this.#segments[0]
  }

  get parked(): { readonly events: number; readonly bytes: number; readonly files: number } {
    return {
      events: this.#segments.reduce((sum, segment) => sum + segment.events, 0),
      bytes: this.#segments.reduce((sum, { size }) => sum + size, 0),
      files: this.#segments.length,
    }
  }

  get usedBytes(): number {
    return this.#directory.usedBytes
  }

  /** Resolves when the request is on disk, or says why it is not. @param late an attempt whose answer is still awaited */
  async park(message: ExportRequest, late?: Promise<TransportAnswer>): Promise<OfferOutcome> {
    const { maxDiskBytes, notices } = this.#options
    let line: Buffer
    try {
      line = lineOf(message)
      // Of protobuf the line told; JSON that no encoder takes would be refused when it is too late to say so.
      if (message.encoding === 'json') protobufBody(message)
    } catch (error) {
      return this.#refuse(message, `the request cannot be read: ${messageOf(error)}`, 'INVALID_ARGUMENT', true)
    }
    if (this.#directory.usedBytes + line.length > maxDiskBytes) {
      notices.full(`the limit of ${maxDiskBytes} bytes is reached`)
      return this.#refuse(message, `the buffer is full (${maxDiskBytes} bytes)`, 'RESOURCE_EXHAUSTED', false)
    }
    this.#directory.usedBytes += line.length
    try {
      const { segment, offset } = await this.#journal.append(line, message.events)
      if (late) this.#late.set(`${segment.path}@${offset}`, late)
    } catch (error) {
      this.#directory.usedBytes -= line.length
      notices.full(messageOf(error))
      return this.#refuse(message, `the buffer cannot write: ${messageOf(error)}`, 'RESOURCE_EXHAUSTED', false)
    }
    notices.room()
    this.counts.buffered += message.events
    return { kind: 'parked' }
  }

  /** The answer that is still awaited for the line at that place, if there is one. */
  lateAnswer(segment: Segment, offset: number): Promise<TransportAnswer> | undefined {
    return this.#late.get(`${segment.path}@${offset}`)
  }

  /** Resolves when the line is durable behind all others; with false when there are none behind it. */
  async requeue(line: Line): Promise<boolean> {
    const [first, ...others] = this.#segments
    if (others.length === 0 && first !== undefined && line.end >= first.size) return false
    const copy = Buffer.concat([line.bytes, Buffer.from('\n')])
    this.#directory.usedBytes += copy.length
    await this.#journal.append(copy, 'events' in line.content ? line.content.events : 0)
    return true
  }

  /** Keeps a copy of a request that will never be delivered, where there is room for it. */
  async keepAside(message: ExportRequest, refusal: Refusal): Promise<void> {
    const { maxDiskBytes, notices, log } = this.#options
    try {
      const line = lineOf(message)
      if (this.#directory.usedBytes + line.length > maxDiskBytes)
        return notices.full(
          `the limit of ${maxDiskBytes} bytes is reached; ${refusal.code} is not kept as a dead letter`,
        )
      await this.setAside(line, message.events, refusal)
    } catch (error) {
      // Whoever offered it is told of the refusal all the same.
      log(`telemetry: ${message.events} rejected events could not be kept as dead letters: ${messageOf(error)}`)
    }
  }

  /** Resolves when the line is durable among the dead letters. */
  async setAside(line: Buffer, events: number, { code, message }: Refusal): Promise<void> {
    await this.#aside.refused(line, events, { code, message: this.#options.sanitizer?.text(message) ?? message })
    this.#directory.usedBytes += line.length
    this.counts.setAside += events
    this.#options.notices.refused(events, code)
  }

  /** Keeps lines that are no requests. */
  async damaged(lines: readonly Line[], segment: Segment): Promise<void> {
    for (const { bytes } of lines) await this.#aside.damaged(bytes)
    this.counts.damagedLines += lines.length
    this.#options.notices.damaged(lines.length, segment.path)
  }

  /** Removes a file that is delivered, unless something was appended to it meanwhile. */
  async remove(segment: Segment): Promise<void> {
    await this.#journal.release(segment)
    if (segment.cursor < segment.size) return
    await this.#options.disk.remove(segment.path).catch(() => {})
    this.#forget(segment)
    this.#directory.usedBytes = Math.max(0, this.#directory.usedBytes - segment.size)
    for (const key of [...this.#late.keys()]) if (key.startsWith(`${segment.path}@`)) this.#late.delete(key)
  }

  /** Is about a file no more; with `release` it is left to whoever adopts it first, this process included. */
  async abandon(segment: Segment, { release }: { readonly release: boolean }): Promise<void> {
    await this.#journal.release(segment)
    this.#forget(segment)
    if (release) await this.#directory.release(segment)
  }

  /** Adopts the parked files of processes that have ended; those that are not masked by the policy are, first. @returns whether there were any */
  async adoptOrphans(): Promise<boolean> {
    const taken = await this.#directory.adoptOrphans(this.#options.sanitizer?.mark)
    this.#segments = [...taken.filter(({ unmasked }) => !unmasked), ...this.#segments]
    this.#takeOver?.begin(taken.filter(({ unmasked }) => unmasked))
    return taken.length > 0
  }

  /** The line of a file that could not be masked as it may be delivered; undefined when nothing of it is left. */
  masked(line: Line): Line | undefined {
    const bytes = this.#options.sanitizer?.line(line.bytes)
    return bytes && lineIn(bytes, line.offset, line.end)
  }

  /** Counts the bytes of all buffer files again, those of other processes too. */
  count(): Promise<void> {
    return this.#directory.count()
  }

  /** What is on disk stays there for the next start. */
  async close(): Promise<void> {
    await this.#takeOver?.close()
    await this.#journal.close()
    for (const segment of this.#segments) await this.#directory.release(segment)
    await this.#aside.close()
  }

  #forget(segment: Segment): void {
    this.#segments = this.#segments.filter((other) => other !== segment)
  }

  #refuse({ events }: ExportRequest, message: string, code: string, permanent: boolean): OfferOutcome {
    this.counts.refused += events
    return { kind: 'refused', permanent, code, message }
  }
}
