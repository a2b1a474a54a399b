// One way through a proxy: what is handed on is counted, and the way is cut after so many bytes or so long.
import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { sleep } from '../../../core/clock.ts'
import { reset } from '../sockets/reset.ts'

export interface PassageOptions {
  readonly cutAfterMs?: number
  /** Both ways together. */
  readonly cutAfterBytes?: number
}

/** Counters that a passage adds to. */
export interface PassageCounts {
  cut: number
  bytesUp: number
  bytesDown: number
}

export interface Passage {
  /** Hands on what comes, to its end. */
  pass(from: Readable, to: Writable, way: 'bytesUp' | 'bytesDown'): void
  /** Resets both connections, unless its work is done. */
  cut(): void
  /** Its work is done: no cut any more. */
  end(): void
}

/** Opens a passage over two connections; `sockets` is asked at the cut, for the second may not exist before. */
export function openPassage(
  options: PassageOptions,
  counts: PassageCounts,
  sockets: () => readonly (Socket | null)[],
): Passage {
  const ended = new AbortController()
  let left = options.cutAfterBytes ?? Number.POSITIVE_INFINITY
  const cut = () => {
    if (ended.signal.aborted) return
    ended.abort()
    counts.cut += 1
    for (const socket of sockets()) if (socket !== null) reset(socket)
  }
  if (options.cutAfterMs !== undefined) sleep(options.cutAfterMs, ended.signal).then(cut, () => {})
  return {
    pass(from, to, way) {
      from.on('data', (chunk: Buffer) => {
        const part = chunk.subarray(0, left)
        if (part.length === 0) return
        left -= part.length
        const isLast = left === 0
        const goOn = to.write(part, (error) => {
          if (error) return
          counts[way] += part.length
          // Not before the last allowed byte is out: the reset would overtake it.
          if (isLast) cut()
        })
        if (goOn) return
        from.pause()
        to.once('drain', () => from.resume())
      })
      from.once('end', () => to.end())
      // Whoever stopped listening is seen by the close of its connection.
      to.on('error', () => {})
    },
    cut,
    end: () => ended.abort(),
  }
}
