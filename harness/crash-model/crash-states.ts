// The states that a crash may leave of a recorded disk: under SIGKILL, under a power cut, and with a sector gone bad.
//
// What the model takes POSIX to promise, and no more:
// - SIGKILL: all that was done is there; of the append under way any number of bytes.
// - Power cut: a file holds at least what its last sync covered. Behind that, blocks of 512 bytes are there or zeros, each for itself,
//   and the file may end anywhere. A truncation that was not synced may not have happened.
// - Names are durable with the sync of their directory. Of the changes since, each for itself happened or did not: a file may be
//   missing, stand under its old name, or be there again. A rename is never half.
// - A bad sector: 512 bytes of what was durable read as zeros.
// Not covered: blocks that hold other files' old bytes, flipped bits, syncs that lie (a control shows that those lose events).

import type { DiskOperation, Files } from './crash-disk.ts'
import { type Directory, directoryAfter, History, type Unsynced } from './crash-history.ts'

export interface CrashState {
  /** So many operations were done; the next may be half done. */
  readonly at: number
  /** How it came about, for people. */
  readonly how: string
  readonly files: Files
  /** Bytes that were durable and are gone: a bad sector. */
  readonly bad?: { readonly name: string; readonly from: number; readonly to: number; readonly before: Buffer }
}

export interface Recorded {
  readonly base: Files
  readonly operations: readonly DiskOperation[]
  readonly blockBytes?: number
  /** Asked before each state within an operation (bytes, blocks) whether it is to be made; all are when absent. */
  readonly wanted?: () => boolean
}

/** A whole number from 0 up to and without `below`. */
export type Draw = (below: number) => number

const BLOCK_BYTES = 512

const all = () => true

/** SIGKILL at every operation, and at every byte of every append. */
export function* killStates({ base, operations, wanted = all }: Recorded): Generator<CrashState> {
  const history = new History(base)
  for (let at = 0; at <= operations.length; at += 1) {
    const files = history.seen()
    yield { at, how: 'killed', files }
    const next = operations[at]
    if (next === undefined) return
    const name = next.kind === 'append' ? history.nameOf(next.file) : undefined
    if (next.kind === 'append' && name !== undefined) {
      const before = files.get(name) ?? Buffer.alloc(0)
      for (let bytes = 1; bytes < next.bytes.length; bytes += 1) {
        if (!wanted()) continue
        yield {
          at,
          how: `killed ${bytes} bytes into an append of ${next.bytes.length} to ${name}`,
          files: new Map(files).set(name, Buffer.concat([before, next.bytes.subarray(0, bytes)])),
        }
      }
    }
    history.apply(next)
  }
}

/**
 * Power cut at every operation: with all names or only the synced ones, all contents or only the synced ones; each file that is not
 * synced cut at every byte, and with each of its blocks missing.
 */
export function* cutStates({
  base,
  operations,
  blockBytes = BLOCK_BYTES,
  wanted = all,
}: Recorded): Generator<CrashState> {
  const history = new History(base)
  for (let at = 0; at <= operations.length; at += 1) {
    if (!history.parentSynced) yield { at, how: 'power cut, the directory is missing', files: new Map() }
    for (const [names, directory] of history.directories()) {
      const how = `power cut, names ${names}`
      const files = (choose: (unsynced: Unsynced) => Buffer) => history.files(directory, choose)
      yield { at, how: `${how}, contents as synced`, files: files(({ durable }) => durable) }
      yield { at, how: `${how}, contents as written`, files: files(({ written }) => written) }
      for (const torn of history.unsynced(directory)) {
        const only = (content: Buffer) => files((other) => (other.file === torn.file ? content : other.written))
        for (let length = torn.durable.length; length < torn.written.length; length += 1)
          if (wanted())
            yield { at, how: `${how}, ${torn.name} ends at ${length}`, files: only(torn.written.subarray(0, length)) }
        for (const [from, to] of blocksBehind(torn, blockBytes))
          if (wanted())
            yield {
              at,
              how: `${how}, ${torn.name} has zeros at ${from}`,
              files: only(withZeros(torn.written, from, to)),
            }
      }
    }
    const next = operations[at]
    if (next) history.apply(next)
  }
}

/** Power cuts drawn from the product of all that may be: at any operation, any names, any lengths, any blocks. */
export function* drawnCuts(recorded: Recorded, draw: Draw, perOperation: number): Generator<CrashState> {
  const { base, operations, blockBytes = BLOCK_BYTES } = recorded
  const history = new History(base)
  for (let at = 0; at <= operations.length; at += 1) {
    for (let count = 0; count < perOperation; count += 1) {
      const happened = history.pending.filter(() => draw(2) === 0)
      const directory: Directory = directoryAfter(history.durableNames, happened)
      const files = history.files(directory, (unsynced) => drawnContent(unsynced, draw, blockBytes))
      yield { at, how: `power cut, drawn; ${happened.length} of ${history.pending.length} names changed`, files }
    }
    const next = operations[at]
    if (next) history.apply(next)
  }
}

/** A sector of a synced file goes bad: each one of every file, at every operation that synced one. */
export function* badSectors({ base, operations, blockBytes = BLOCK_BYTES }: Recorded): Generator<CrashState> {
  const history = new History(base)
  for (const [index, operation] of operations.entries()) {
    history.apply(operation)
    if (operation.kind !== 'sync') continue
    const files = history.seen()
    for (const [name, before] of files)
      for (let from = 0; from < before.length; from += blockBytes) {
        const to = Math.min(from + blockBytes, before.length)
        yield {
          at: index + 1,
          how: `killed, and ${name} has a bad sector at ${from}`,
          files: new Map(files).set(name, withZeros(before, from, to)),
          bad: { name, from, to, before },
        }
      }
  }
}

function drawnContent({ durable, versions }: Unsynced, draw: Draw, blockBytes: number): Buffer {
  const version = versions[draw(versions.length)] ?? durable
  const kept = Math.min(durable.length, version.length)
  const length = draw(3) === 0 ? version.length : kept + draw(version.length - kept + 1)
  let content = version.subarray(0, length)
  for (const [from, to] of blocksBehind({ durable, written: content }, blockBytes))
    if (draw(3) === 0) content = withZeros(content, from, to)
  return content
}

function* blocksBehind({ durable, written }: Pick<Unsynced, 'durable' | 'written'>, blockBytes: number) {
  for (let from = durable.length; from < written.length; ) {
    const to = Math.min((Math.floor(from / blockBytes) + 1) * blockBytes, written.length)
    yield [from, to] as const
    from = to
  }
}

function withZeros(content: Buffer, from: number, to: number): Buffer {
  const copy = Buffer.from(content)
  copy.fill(0, from, to)
  return copy
}
