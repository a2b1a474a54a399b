// What an earlier version, or this one under another policy, has left in the directory is masked there, in the background.
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { messageOf } from '../../../core/errors.ts'
import type { Sanitizer } from '../sanitizer/sanitizer.ts'
import type { BufferDirectory } from './directory.ts'
import type { Disk } from './disk.ts'
import { fileName, isMarked, markedId, parseFileName, takenId } from './file-names.ts'
import { rewriteMasked } from './rewrite.ts'
import type { Segment } from './segment.ts'

export interface TakeOverOptions {
  readonly disk: Disk
  readonly directory: BufferDirectory
  readonly sanitizer: Sanitizer
  readonly log: (line: string) => void
  /** A parked file may be delivered. It is masked, or `unmasked` when the disk did not let it be. */
  readonly ready: (segment: Segment) => void
}

export class TakeOver {
  readonly #options: TakeOverOptions
  readonly #waiting: Segment[] = []
  /** Parked files that cannot be delivered yet. */
  #pending = 0
  #isRunning = false
  #running: Promise<void> = Promise.resolve()
  #isClosed = false
  #told = ''

  constructor(options: TakeOverOptions) {
    this.#options = options
  }

  /** Whether no parked file is left to be masked. */
  get idle(): boolean {
    return this.#pending === 0
  }

  /** Masks these files, and what else ended processes have left, in the background. */
  begin(unmasked: readonly Segment[]): void {
    this.#waiting.push(...unmasked)
    this.#pending += unmasked.length
    if (this.#isRunning) return
    this.#isRunning = true
    this.#running = this.#maskAll()
  }

  /** Ends after the file that is being masked; leaves the others to whoever comes first. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#running
  }

  async #maskAll(): Promise<void> {
    const { directory, ready } = this.#options
    do {
      for (let segment = this.#waiting.shift(); segment !== undefined; segment = this.#waiting.shift()) {
        if (this.#isClosed) await directory.release(segment)
        else ready(await this.#maskParked(segment))
        this.#pending -= 1
      }
      await this.#maskSetAside().catch((error: unknown) => this.#tell(error))
    } while (this.#waiting.length > 0)
    this.#isRunning = false
  }

  async #maskParked(segment: Segment): Promise<Segment> {
    const { disk, directory } = this.#options
    try {
      await rewriteMasked(segment.path, segment.path, 'parked', { ...this.#options, pause: nextTurn })
      const parsed = parseFileName(segment.path.slice(directory.path.length + 1))
      const path = parsed ? join(directory.path, fileName({ ...parsed, owner: directory.owner })) : segment.path
      await disk.rename(segment.path, path)
      const name = path.slice(directory.path.length + 1)
      const size = (await disk.list(directory.path)).find((file) => file.name === name)?.size ?? 0
      return { path, size, events: 0, cursor: 0, open: false }
    } catch (error) {
      this.#tell(error)
      return segment
    }
  }

  /** Requests and lines that will not be delivered, with the reasons: their names end alike, and stay so. */
  async #maskSetAside(): Promise<void> {
    const { disk, directory, sanitizer } = this.#options
    const { mark } = sanitizer
    const { files, begun } = await directory.left()
    for (const name of begun) await disk.remove(join(directory.path, name))
    for (const { name, kind, owner, createdMs, sequence } of files) {
      if (this.#isClosed) return
      if (kind === 'parked' || isMarked(owner.id, mark)) continue
      const withId = (id: string) =>
        join(directory.path, fileName({ kind, createdMs, sequence, owner: { ...owner, id } }))
      // Its owner may live where nobody sees it: whoever appends notices by the name, so it is another one before it is read.
      const taken = withId(takenId(owner.id))
      await disk
        .rename(join(directory.path, name), taken)
        .then(() => rewriteMasked(taken, withId(markedId(owner.id, mark)), kind, { ...this.#options, pause: nextTurn }))
        .catch((error: unknown) => this.#tell(error))
    }
  }

  #tell(error: unknown): void {
    const why = messageOf(error)
    if (this.#told !== why)
      this.#options.log(
        `telemetry: what was left in ${this.#options.directory.path} cannot be masked on disk (${why}); it is when it is delivered`,
      )
    this.#told = why
  }
}
