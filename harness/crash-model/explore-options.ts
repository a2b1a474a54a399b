// What an exploration of crash states is told, and what it tells.
import type { Disk } from '../../stack/client/buffer/disk.ts'
import type { BackendMode } from './backend.ts'

export interface CrashBudget {
  /** States of a disk that differ, each recovered from. */
  readonly states?: number
  readonly ms?: number
  /** Lost or invented. */
  readonly findings?: number
}

/** The stack sabotaged in one place: what is lost then must be noticed. */
export interface CrashSabotage {
  /** What the buffer gets in place of its disk. */
  readonly disk?: (disk: Disk) => Disk
  /** What the buffer gets in place of its disk after the crash. */
  readonly recoveryDisk?: (disk: Disk) => Disk
  /** What a backend does that is there. */
  readonly backend?: BackendMode
  /** False: no process sees that another runs; else it is drawn. */
  readonly seesOthers?: false
}

export interface ExploreOptions {
  readonly seed: number
  /** It ends at the first of them; there must be one. */
  readonly budget: CrashBudget
  readonly onProgress?: (progress: { readonly states: number; readonly lives: number }) => void
  readonly sabotage?: CrashSabotage
}

export interface Explored {
  /** States of a disk that differed and were recovered from. */
  readonly states: number
  /** Moments of crashes that were judged; several may leave the same state, and owe different things. */
  readonly crashes: number
  readonly lives: number
  readonly operations: number
  /** What was acknowledged and is gone, up to a limit at which exploring ends. */
  readonly lost: string[]
  /** What was found and never offered. */
  readonly invented: string[]
  /** Recoveries that came to no end, or to no beginning. */
  readonly hung: number
  readonly seconds: number
}
