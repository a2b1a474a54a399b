// File names on a crash disk: several made-up processes live in this one, and what they write is the same in every run.

import { processMark } from '../../core/process.ts'

/** No system has processes of these ids. */
const FIRST_PID = 900_000_000
/** All files are begun in the same millisecond: names must differ all the same. */
const CREATED_MS = 1_700_000_000_000

/** As the buffer marks this process. */
const MARK = processMark(process.pid) ?? '0'

const OWNED = /-(\d{13})-(\d{6,})-(\d+)-(\w+)-(\w+)(?=\.jsonl)/

export interface NamesView {
  /** The name on the disk, of a name that the process uses. */
  stored(name: string): string
  /** The name that the process sees. */
  shown(name: string): string
  /** The process has ended. */
  end(): void
}

/** As every process sees itself and the living ones it can see as alive, and all others as dead. */
export class CrashNames {
  readonly #living = new Set<number>()
  #processes: number

  /** @param base names that earlier processes have left */
  constructor(base: Iterable<string>) {
    // No id comes twice.
    this.#processes = Math.max(0, ...[...base].map((name) => Number(/[-_]v(\d+)\.jsonl/.exec(name)?.[1] ?? 0)))
  }

  view(seesOthers: boolean): NamesView {
    this.#processes += 1
    const own = this.#processes
    this.#living.add(own)
    const shown = new Map<string, string>()
    let ownId: string | undefined
    return {
      stored: (name) => {
        const stored = name.replace(
          OWNED,
          (whole, created: string, sequence: string, pid: string, _mark, id: string) => {
            // What stands before it tells by which policy the file is masked.
            const [, before = '', ownPart = id] = /^(\w*_)(\w+)$/.exec(id) ?? []
            if (Number(pid) === process.pid) ownId ??= ownPart
            if (ownPart !== ownId) return whole
            const owner = pid === '0' ? `0-0-${before}v${own}` : `${FIRST_PID + own}-p${own}-${before}v${own}`
            return `-${Math.min(Number(created), CREATED_MS)}-${sequence}-${owner}`
          },
        )
        shown.set(stored, name)
        return stored
      },
      shown: (name) => {
        const pid = Number(OWNED.exec(name)?.[3] ?? 0) - FIRST_PID
        if (pid === own) return shown.get(name) ?? name
        if (!seesOthers || !this.#living.has(pid)) return name
        return name.replace(`-${FIRST_PID + pid}-p${pid}-`, `-${process.pid}-${MARK}-`)
      },
      end: () => {
        this.#living.delete(own)
      },
    }
  }
}
