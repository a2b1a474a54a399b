// Appends lines to the owner's files and answers when they are on disk. Lines that come at the same time share one sync.
import { join } from 'node:path'
import { messageOf } from '../../../core/errors.ts'
import type { BufferFile, Disk } from './disk.ts'
import type { Place, Segment } from './segment.ts'

export interface JournalOptions {
  readonly disk: Disk
  readonly directory: string
  /** A file that has grown to it is followed by a new one. */
  readonly segmentBytes: number
  /** A name that no file has had. */
  readonly newName: () => string
  /** Tells of each new file, when its first lines are durable. */
  readonly onSegment: (segment: Segment) => void
}

interface Pending {
  readonly line: Buffer
  readonly events: number
  readonly resolve: (place: Place) => void
  readonly reject: (error: Error) => void
}

/** So much is written at once, at most. */
const MAX_WRITE_BYTES = 1024 * 1024

export class Journal {
  readonly #options: JournalOptions
  #pending: Pending[] = []
  #writing: Promise<void> | undefined
  #file: BufferFile | undefined
  #segment: Segment | undefined

  constructor(options: JournalOptions) {
    this.#options = options
  }

  /** Whether nothing waits to be written. */
  get idle(): boolean {
    return this.#pending.length === 0 && this.#writing === undefined
  }

  /** Resolves when the line survives a power cut. Rejects when it could not be written; then nothing of it is kept. */
  append(line: Buffer, events: number): Promise<Place> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ line, events, resolve, reject })
      this.#writing ??= this.#writeAll()
    })
  }

  /** Appends no more to a file; what comes next goes to a new one. */
  async release(segment: Segment): Promise<void> {
    if (this.#segment !== segment) return
    const file = this.#file
    this.#segment.open = false
    this.#segment = undefined
    this.#file = undefined
    await file?.close()
  }

  /** Waits for what is being written, and closes the file. */
  async close(): Promise<void> {
    while (this.#writing) await this.#writing
    if (this.#segment) await this.release(this.#segment)
  }

  async #writeAll(): Promise<void> {
    // Offers that come in the same turn of the event loop are written together.
    await Promise.resolve()
    while (this.#pending.length > 0) {
      const batch = this.#nextBatch()
      try {
        const places = await this.#write(batch)
        for (const [index, { resolve }] of batch.entries()) resolve(places[index] as Place)
      } catch (error) {
        for (const { reject } of batch) reject(error instanceof Error ? error : new Error(messageOf(error)))
      }
    }
    this.#writing = undefined
  }

  #nextBatch(): Pending[] {
    let bytes = 0
    let count = 0
    for (const { line } of this.#pending) {
      bytes += line.length
      if (count > 0 && bytes > MAX_WRITE_BYTES) break
      count += 1
    }
    return this.#pending.splice(0, count)
  }

  async #write(batch: readonly Pending[]): Promise<Place[]> {
    if (this.#segment && this.#segment.size >= this.#options.segmentBytes) await this.release(this.#segment)
    for (;;) {
      const isNew = this.#segment === undefined
      const { file, segment } = await this.#current()
      const start = segment.size
      const lines = batch.map(({ line }) => line)
      const bytes = lines.reduce((sum, line) => sum + line.length, 0)
      let named: boolean
      try {
        await file.append(lines)
        await file.sync()
        if (isNew) await this.#options.disk.syncDirectory(this.#options.directory)
        named = await file.named()
      } catch (error) {
        await this.#takeBack(file, segment, start)
        throw error
      }
      // Another process has taken the file over, and may have read it before these lines were there: they go to a new one.
      if (!named) {
        await this.release(segment)
        continue
      }
      segment.size = start + bytes
      for (const { events } of batch) segment.events += events
      if (isNew) this.#options.onSegment(segment)
      return placesOf(batch, segment, start)
    }
  }

  async #current(): Promise<{ file: BufferFile; segment: Segment }> {
    if (this.#file && this.#segment) return { file: this.#file, segment: this.#segment }
    const path = join(this.#options.directory, this.#options.newName())
    this.#file = await this.#options.disk.create(path)
    this.#segment = { path, size: 0, events: 0, cursor: 0, open: true }
    return { file: this.#file, segment: this.#segment }
  }

  /**
   * After a write that failed the file ends where it was durable, and nothing more is appended to it: what a system keeps of pages
   * that it could not write is its own affair.
   */
  async #takeBack(file: BufferFile, segment: Segment, size: number): Promise<void> {
    await file.truncate(size).catch(() => {})
    await this.release(segment).catch(() => {})
    if (size === 0) await this.#options.disk.remove(file.path).catch(() => {})
  }
}

function placesOf(batch: readonly Pending[], segment: Segment, start: number): Place[] {
  let offset = start
  return batch.map(({ line }) => {
    const place = { segment, offset }
    offset += line.length
    return place
  })
}
