// A disk in memory that records every operation of the processes on it: from the record come the states that a crash may leave.
import { basename, dirname } from 'node:path'
import type { BufferFile, Disk } from '../../stack/client/buffer/disk.ts'
import { CrashNames } from './crash-names.ts'

/** Contents of one directory by file name. */
export type Files = ReadonlyMap<string, Buffer>

/** What changed the disk, in the order in which it did. Files are numbered: a name may change, and come again. */
export type DiskOperation =
  | { readonly kind: 'create'; readonly file: number; readonly name: string }
  | { readonly kind: 'append'; readonly file: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: number; readonly size: number }
  | { readonly kind: 'sync'; readonly file: number }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly name: string }
  | { readonly kind: 'syncDirectory' }
  /** The directory's own name is durable from here on. */
  | { readonly kind: 'syncParent' }

export interface ProcessOptions {
  /**
   * Resolves when it is this operation's turn; nothing happens to the disk before. Rejects when the process is killed or the disk fails:
   * then nothing happens, but for half of an append.
   */
  readonly turn: (what: string) => Promise<void>
  /** Whether it can tell that other processes run; in containers that share a directory it cannot. */
  readonly seesOthers: boolean
}

export interface CrashProcess {
  readonly disk: Disk
  /** It has ended: the others take its files for left behind. Of an append that was under way this share is written. */
  end(share: number): void
}

interface Inode {
  readonly file: number
  content: Buffer
}

/** One directory at `path`, shared by all processes. */
export class CrashDisk {
  readonly path: string
  readonly operations: DiskOperation[] = []
  readonly #entries = new Map<string, Inode>()
  readonly #names: CrashNames
  #inodes = 0

  /** @param base what is there, and durable, from the beginning */
  constructor(path: string, base: Files) {
    this.path = path
    this.#names = new CrashNames(base.keys())
    for (const [name, content] of base) this.#entries.set(name, this.#inode(content))
  }

  process({ turn, seesOthers }: ProcessOptions): CrashProcess {
    const names = this.#names.view(seesOthers)
    const underWay = new Map<Inode, Buffer>()
    const known = (path: string) => {
      const name = names.stored(basename(path))
      const inode = this.#entries.get(name)
      if (inode === undefined) throw Object.assign(new Error(`ENOENT: ${name}`), { code: 'ENOENT' })
      return { name, inode }
    }
    const disk: Disk = {
      makeDirectory: () => turn('makeDirectory'),
      list: async () => {
        await turn('list')
        return [...this.#entries].map(([name, { content }]) => ({ name: names.shown(name), size: content.length }))
      },
      create: async (path) => {
        await turn('create')
        const name = names.stored(basename(path))
        if (this.#entries.has(name)) throw Object.assign(new Error(`EEXIST: ${name}`), { code: 'EEXIST' })
        const inode = this.#inode(Buffer.alloc(0))
        this.#entries.set(name, inode)
        this.operations.push({ kind: 'create', file: inode.file, name })
        return this.#file(path, inode, underWay, turn, () => this.#entries.get(names.stored(basename(path))) === inode)
      },
      read: async (path, offset, length) => {
        await turn('read')
        return Buffer.from(known(path).inode.content.subarray(offset, offset + length))
      },
      rename: async (from, to) => {
        await turn('rename')
        const { name, inode } = known(from)
        const target = names.stored(basename(to))
        this.#entries.delete(name)
        this.#entries.set(target, inode)
        this.operations.push({ kind: 'rename', from: name, to: target })
      },
      remove: async (path) => {
        await turn('remove')
        const name = names.stored(basename(path))
        if (this.#entries.delete(name)) this.operations.push({ kind: 'remove', name })
      },
      syncDirectory: async (path) => {
        const isParent = path === dirname(this.path)
        await turn(isParent ? 'syncParent' : 'syncDirectory')
        this.operations.push({ kind: isParent ? 'syncParent' : 'syncDirectory' })
      },
    }
    return {
      disk,
      end: (share) => {
        names.end()
        for (const [inode, bytes] of underWay) this.#append(inode, bytes.subarray(0, Math.floor(bytes.length * share)))
        underWay.clear()
      },
    }
  }

  #file(
    path: string,
    inode: Inode,
    underWay: Map<Inode, Buffer>,
    turn: ProcessOptions['turn'],
    isNamed: () => boolean,
  ): BufferFile {
    const { file } = inode
    return {
      path,
      append: async (parts) => {
        const bytes = Buffer.concat(parts)
        underWay.set(inode, bytes)
        try {
          await turn('append')
        } catch (error) {
          // Whoever is killed has had its share.
          if (underWay.delete(inode)) this.#append(inode, bytes.subarray(0, bytes.length / 2))
          throw error
        }
        underWay.delete(inode)
        this.#append(inode, bytes)
      },
      sync: async () => {
        await turn('sync')
        this.operations.push({ kind: 'sync', file })
      },
      truncate: async (size) => {
        await turn('truncate')
        inode.content = inode.content.subarray(0, size)
        this.operations.push({ kind: 'truncate', file, size })
      },
      named: async () => {
        await turn('named')
        return isNamed()
      },
      close: async () => {},
    }
  }

  #append(inode: Inode, bytes: Buffer): void {
    inode.content = Buffer.concat([inode.content, bytes])
    this.operations.push({ kind: 'append', file: inode.file, bytes })
  }

  #inode(content: Buffer): Inode {
    this.#inodes += 1
    return { file: this.#inodes, content }
  }
}
