// Replays a recorded disk operation by operation, and knows at each what is durable and what is only written.
import type { DiskOperation, Files } from './crash-disk.ts'

/** File numbers by name. */
export type Directory = ReadonlyMap<string, number>
type NameChange = Extract<DiskOperation, { readonly kind: 'create' | 'rename' | 'remove' }>

/** A file that holds more, or less, than was synced. */
export interface Unsynced {
  readonly file: number
  readonly name: string
  readonly durable: Buffer
  readonly written: Buffer
  /** Every content since the last sync, from the durable one to the written one. */
  readonly versions: readonly Buffer[]
}

const NOTHING = Buffer.alloc(0)

export class History {
  #names: Directory
  /** The directory as it was synced. */
  durableNames: Directory
  /** Changes of names since. */
  pending: NameChange[] = []
  parentSynced: boolean
  readonly #versions = new Map<number, Buffer[]>()

  constructor(base: Files) {
    const names = new Map<string, number>()
    for (const [name, content] of base) {
      names.set(name, names.size + 1)
      this.#versions.set(names.size, [content])
    }
    this.#names = names
    this.durableNames = names
    this.parentSynced = base.size > 0
  }

  apply(operation: DiskOperation): void {
    switch (operation.kind) {
      case 'append':
        this.#write(operation.file, Buffer.concat([this.#written(operation.file), operation.bytes]))
        return
      case 'truncate':
        this.#write(operation.file, this.#written(operation.file).subarray(0, operation.size))
        return
      case 'sync':
        this.#versions.set(operation.file, [this.#written(operation.file)])
        return
      case 'syncDirectory':
        this.durableNames = this.#names
        this.pending = []
        return
      case 'syncParent':
        this.parentSynced = true
        return
      default:
        this.#names = directoryAfter(this.#names, [operation])
        this.pending.push(operation)
    }
  }

  /** What every process sees now. */
  seen(): Files {
    return this.files(this.#names, ({ written }) => written)
  }

  /** The directory with all changes of names, and with none that is not synced when that differs. */
  *directories(): Generator<readonly [string, Directory]> {
    yield ['as changed', this.#names]
    if (this.pending.length > 0) yield ['as synced', this.durableNames]
  }

  files(directory: Directory, choose: (unsynced: Unsynced) => Buffer): Files {
    const files = new Map<string, Buffer>()
    for (const [name, file] of directory) {
      const unsynced = this.#unsyncedOf(name, file)
      files.set(name, unsynced.versions.length === 1 ? unsynced.written : choose(unsynced))
    }
    return files
  }

  unsynced(directory: Directory): Unsynced[] {
    return [...directory]
      .map(([name, file]) => this.#unsyncedOf(name, file))
      .filter(({ versions }) => versions.length > 1)
  }

  nameOf(file: number): string | undefined {
    for (const [name, number] of this.#names) if (number === file) return name
    return undefined
  }

  #unsyncedOf(name: string, file: number): Unsynced {
    const versions = this.#versions.get(file) ?? [NOTHING]
    return { file, name, durable: versions[0] ?? NOTHING, written: versions.at(-1) ?? NOTHING, versions }
  }

  #written(file: number): Buffer {
    return this.#versions.get(file)?.at(-1) ?? NOTHING
  }

  #write(file: number, content: Buffer): void {
    const versions = this.#versions.get(file)
    if (versions) versions.push(content)
    else this.#versions.set(file, [NOTHING, content])
  }
}

/** What does not apply, because a change before it did not happen, is left out. */
export function directoryAfter(directory: Directory, changes: readonly NameChange[]): Directory {
  const names = new Map(directory)
  for (const change of changes) {
    if (change.kind === 'create') names.set(change.name, change.file)
    else if (change.kind === 'remove') names.delete(change.name)
    else {
      const file = names.get(change.from)
      if (file === undefined) continue
      names.delete(change.from)
      names.set(change.to, file)
    }
  }
  return names
}
