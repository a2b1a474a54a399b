// What the buffer asks of a file system, and the real one. Tests put one in its place that can be cut off at any moment.
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeDirectories } from '../../../core/directories.ts'

export interface Disk {
  /** Makes a directory with its parents, for its owner only. */
  makeDirectory(path: string): Promise<void>
  /** The files of a directory with their sizes in bytes, in no order. */
  list(directory: string): Promise<readonly { readonly name: string; readonly size: number }[]>
  /** Makes a new file for appending. Rejects when there is one of that name. */
  create(path: string): Promise<BufferFile>
  /** At most `length` bytes from an offset; fewer at the end. */
  read(path: string, offset: number, length: number): Promise<Buffer>
  /** Rejects when there is no such file. */
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Makes the names in a directory survive a power cut. */
  syncDirectory(path: string): Promise<void>
}

export interface BufferFile {
  readonly path: string
  /** Appends all of them; rejects when only a part could be written. */
  append(parts: readonly Buffer[]): Promise<void>
  /** Makes what was appended survive a power cut. */
  sync(): Promise<void>
  truncate(size: number): Promise<void>
  /** Whether its path still names it: another process can take a file over by renaming it. */
  named(): Promise<boolean>
  close(): Promise<void>
}

export const realDisk: Disk = {
  async makeDirectory(path) {
    const missing: string[] = []
    for (let at = path; !(await isThere(at)) && dirname(at) !== at; at = dirname(at)) missing.push(at)
    await makeDirectories(path, 0o700)
    // The lowest one's own name is synced by whoever opens it.
    for (const made of missing.slice(1)) await realDisk.syncDirectory(dirname(made))
  },
  async list(directory) {
    const files: { name: string; size: number }[] = []
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      if (!entry.isFile()) continue
      // It may be gone by now.
      const found = await stat(join(directory, entry.name)).catch(() => undefined)
      if (found) files.push({ name: entry.name, size: found.size })
    }
    return files
  },
  create: async (path) => new RealFile(path, await open(path, 'ax', 0o600)),
  async read(path, offset, length) {
    await using file = await open(path, 'r')
    const buffer = Buffer.allocUnsafe(length)
    let filled = 0
    while (filled < length) {
      const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return buffer.subarray(0, filled)
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  async syncDirectory(path) {
    // Windows opens no directory; there a rename is the file system's own affair.
    if (process.platform === 'win32') return
    await using directory = await open(path, 'r')
    await directory.sync()
  },
}

/** Systems take no more at once (IOV_MAX). */
const MAX_PARTS = 1_024

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

class RealFile implements BufferFile {
  readonly path: string
  readonly #handle: FileHandle

  constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  async append(parts: readonly Buffer[]): Promise<void> {
    for (let left = [...parts]; left.length > 0; ) {
      const { bytesWritten } = await this.#handle.writev(left.slice(0, MAX_PARTS))
      left = behind(left, bytesWritten)
    }
  }

  sync(): Promise<void> {
    return this.#handle.datasync()
  }

  truncate(size: number): Promise<void> {
    return this.#handle.truncate(size)
  }

  async named(): Promise<boolean> {
    const [mine, there] = await Promise.all([this.#handle.stat(), stat(this.path).catch(() => undefined)])
    return there?.ino === mine.ino && there.dev === mine.dev
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

/** What is left of the parts behind so many bytes. */
function behind(parts: readonly Buffer[], bytes: number): Buffer[] {
  let skipped = bytes
  const left: Buffer[] = []
  for (const part of parts) {
    if (skipped < part.length) left.push(part.subarray(skipped))
    skipped = Math.max(0, skipped - part.length)
  }
  return left
}
