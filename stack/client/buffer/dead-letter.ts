// Sets aside what cannot be delivered: requests that the backend will never take, and bytes that are no request.
import { join } from 'node:path'
import { isoTime, nowMs } from '../../../core/clock.ts'
import type { BufferDirectory } from './directory.ts'
import type { BufferFile, Disk } from './disk.ts'
import type { Kind } from './file-names.ts'

/** Why the backend did not take a request. */
export interface Refusal {
  /** A gRPC status name or `HTTP 400`. */
  readonly code: string
  readonly message: string
}

export class DeadLetters {
  readonly #disk: Disk
  readonly #directory: BufferDirectory
  readonly #files = new Map<Kind, BufferFile>()
  /** One write after the other, so that a reason stands in the same place as its request. */
  #last: Promise<void> = Promise.resolve()

  constructor(disk: Disk, directory: BufferDirectory) {
    this.#disk = disk
    this.#directory = directory
  }

  /** Keeps a request in the `refused` file and why in the `reasons` file. Resolves when both are durable. */
  refused(line: Buffer, events: number, refusal: Refusal): Promise<void> {
    const reason = { at: isoTime(nowMs()), events, ...refusal, message: refusal.message.slice(0, 500) }
    return this.#inOrder(async () => {
      await this.#append('reasons', Buffer.from(`${JSON.stringify(reason)}\n`))
      await this.#append('refused', withNewline(line))
    })
  }

  /** Keeps bytes that are no request. */
  damaged(bytes: Buffer): Promise<void> {
    return this.#inOrder(() => this.#append('damaged', withNewline(bytes)))
  }

  async close(): Promise<void> {
    await this.#last.catch(() => {})
    for (const file of this.#files.values()) await file.close().catch(() => {})
    this.#files.clear()
  }

  #inOrder(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.catch(() => {}).then(work)
    return this.#last
  }

  async #append(kind: Kind, bytes: Buffer): Promise<void> {
    // Another process that does not see this one takes its files over to mask them, and may have read it before these bytes were there.
    while (!(await this.#appendOnce(kind, bytes)));
  }

  /** @returns whether the bytes are in a file that is this buffer's still */
  async #appendOnce(kind: Kind, bytes: Buffer): Promise<boolean> {
    const known = this.#files.get(kind)
    const file = known ?? (await this.#disk.create(join(this.#directory.path, this.#directory.newName(kind))))
    try {
      await file.append([bytes])
      await file.sync()
      if (!known) await this.#disk.syncDirectory(this.#directory.path)
      if (await file.named()) {
        this.#files.set(kind, file)
        return true
      }
      this.#files.delete(kind)
      await file.close()
      return false
    } catch (error) {
      // It may end in half a line, or its name may not be durable: what comes next goes to a new one.
      this.#files.delete(kind)
      await file.close().catch(() => {})
      throw error
    }
  }
}

function withNewline(bytes: Buffer): Buffer {
  return bytes.at(-1) === 0x0a ? bytes : Buffer.concat([bytes, Buffer.from('\n')])
}
