// A disk in memory that does what it is told at once: what a process finds there after a crash.
import { basename } from 'node:path'
import type { BufferFile, Disk } from '../../stack/client/buffer/disk.ts'
import type { Files } from './crash-disk.ts'

/** One directory, whatever its path. */
export class MemoryDisk implements Disk {
  readonly files: Map<string, Buffer>

  constructor(files: Files = new Map()) {
    this.files = new Map(files)
  }

  async makeDirectory(): Promise<void> {}

  async list(): Promise<{ name: string; size: number }[]> {
    return [...this.files].map(([name, { length }]) => ({ name, size: length }))
  }

  async create(path: string): Promise<BufferFile> {
    const name = basename(path)
    if (this.files.has(name)) throw Object.assign(new Error(`EEXIST: ${name}`), { code: 'EEXIST' })
    this.files.set(name, Buffer.alloc(0))
    return {
      path,
      append: async (parts) => void this.files.set(name, Buffer.concat([this.#content(name), ...parts])),
      sync: async () => {},
      truncate: async (size) => void this.files.set(name, this.#content(name).subarray(0, size)),
      named: async () => this.files.has(name),
      close: async () => {},
    }
  }

  async read(path: string, offset: number, length: number): Promise<Buffer> {
    return this.#content(basename(path)).subarray(offset, offset + length)
  }

  async rename(from: string, to: string): Promise<void> {
    const content = this.#content(basename(from))
    this.files.delete(basename(from))
    this.files.set(basename(to), content)
  }

  async remove(path: string): Promise<void> {
    this.files.delete(basename(path))
  }

  async syncDirectory(): Promise<void> {}

  #content(name: string): Buffer {
    const content = this.files.get(name)
    if (content === undefined) throw Object.assign(new Error(`ENOENT: ${name}`), { code: 'ENOENT' })
    return content
  }
}
