// The buffer's directory: opened with a clear word when it cannot be used, shared with other processes, counted in bytes.
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { nowMs } from '../../../core/clock.ts'
import { MachineError, messageOf } from '../../../core/errors.ts'
import type { Disk } from './disk.ts'
import {
  type FileName,
  fileName,
  isAlive,
  isMarked,
  type Kind,
  nobody,
  type Owner,
  parseFileName,
  unmarkedId,
} from './file-names.ts'
import type { Segment } from './segment.ts'

/** The version of the files here; a directory of a newer one is left alone. */
const FORMAT = 1
const FORMAT_FILE = 'buffer.json'
const formatSchema = z.object({ format: z.number() })

export class BufferDirectory {
  readonly path: string
  readonly owner: Owner
  readonly #disk: Disk
  #sequence = 0
  /** Bytes of all buffer files, of every process, when last counted. */
  usedBytes = 0

  constructor(path: string, disk: Disk, owner: Owner) {
    this.path = path
    this.owner = owner
    this.#disk = disk
  }

  /** @throws MachineError when the directory cannot be made or written, or was written by a newer version */
  async open(): Promise<void> {
    try {
      await this.#disk.makeDirectory(this.path)
      const format = join(this.path, FORMAT_FILE)
      const found = await this.#readFormat(format)
      if (found !== undefined && found > FORMAT)
        throw new MachineError(
          `the buffer in ${this.path} was written by a newer version (format ${found}, this one knows ${FORMAT}); use that version, or another directory`,
        )
      if (found === undefined) await this.#writeFormat(format)
      await this.#disk.syncDirectory(this.path)
      // The directory's own name must survive a power cut too.
      await this.#disk.syncDirectory(dirname(this.path)).catch(unlessForbidden)
      await this.count()
    } catch (error) {
      if (error instanceof MachineError) throw error
      throw new MachineError(
        `the buffer directory ${this.path} cannot be used: ${messageOf(error)}; make it writable, free some space, or name another one`,
      )
    }
  }

  newName(kind: Kind): string {
    this.#sequence += 1
    return fileName({ kind, createdMs: nowMs(), sequence: this.#sequence, owner: this.owner })
  }

  /** Counts the bytes of all buffer files. */
  async count(): Promise<void> {
    const files = await this.#disk.list(this.path)
    this.usedBytes = files.reduce((sum, { name, size }) => (parseFileName(name) ? sum + size : sum), 0)
  }

  /**
   * Takes over the parked files of processes that have ended, oldest first. Who renames one first has it.
   * @param policy the mark of the policy in force: what was masked by another one, or by none, is `unmasked`
   */
  async adoptOrphans(policy?: string): Promise<Segment[]> {
    const names = (await this.#disk.list(this.path)).map(({ name }) => name).sort()
    const taken = new Map<string, boolean>()
    for (const name of names) {
      const parsed = parseFileName(name)
      if (parsed?.kind !== 'parked' || isAlive(parsed.owner)) continue
      this.#sequence += 1
      const unmasked = policy !== undefined && !isMarked(parsed.owner.id, policy)
      const owner = unmasked ? { ...this.owner, id: unmarkedId(this.owner.id) } : this.owner
      const own = fileName({ ...parsed, sequence: this.#sequence, owner })
      const renamed = await this.#disk.rename(join(this.path, name), join(this.path, own)).then(
        () => true,
        () => false,
      )
      if (renamed) taken.set(own, unmasked)
    }
    if (taken.size === 0) return []
    // Sizes are looked at only now: whoever appended before the rename relies on being read.
    const found = (await this.#disk.list(this.path)).filter(({ name }) => taken.has(name))
    return found
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, size }) => ({
        path: join(this.path, name),
        size,
        events: 0,
        cursor: 0,
        open: false,
        ...(taken.get(name) ? { unmasked: true } : {}),
      }))
  }

  /** Leaves a file to whoever comes first, this process included. */
  async release({ path }: Segment): Promise<void> {
    const parsed = parseFileName(path.slice(this.path.length + 1))
    if (!parsed) return
    // The id keeps the name unlike any other: another process may have begun a file in the same millisecond, and a rename replaces.
    const owner = { ...nobody, id: parsed.owner.id }
    await this.#disk.rename(path, join(this.path, fileName({ ...parsed, owner }))).catch(() => {})
  }

  /** The files of processes that have ended, with what their names say; and what they had begun to write beside them. */
  async left(): Promise<{
    readonly files: readonly (FileName & { readonly name: string })[]
    readonly begun: readonly string[]
  }> {
    const names = (await this.#disk.list(this.path)).map(({ name }) => name)
    const files = names.flatMap((name) => {
      const parsed = parseFileName(name)
      return parsed && !isAlive(parsed.owner) ? [{ ...parsed, name }] : []
    })
    const begun = names.filter((name) => {
      const parsed = name.endsWith('.new') ? parseFileName(name.slice(0, -'.new'.length)) : undefined
      return parsed !== undefined && !isAlive(parsed.owner)
    })
    return { files, begun }
  }

  async #readFormat(path: string): Promise<number | undefined> {
    const text = await this.#disk.read(path, 0, 1_000).catch(() => Buffer.alloc(0))
    try {
      return formatSchema.parse(JSON.parse(text.toString())).format
    } catch {
      return undefined
    }
  }

  /** Also what shows that the directory can be written. */
  async #writeFormat(path: string): Promise<void> {
    const temporary = join(this.path, `${this.newName('damaged')}.new`)
    const file = await this.#disk.create(temporary)
    try {
      await file.append([Buffer.from(`${JSON.stringify({ format: FORMAT })}\n`)])
      await file.sync()
    } catch (error) {
      await this.#disk.remove(temporary).catch(() => {})
      throw error
    } finally {
      await file.close()
    }
    await this.#disk.rename(temporary, path)
  }
}

/** Who may not open the directory above has not made this one: its name has been there for long. */
function unlessForbidden(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'EACCES' && code !== 'EPERM') throw error
}
