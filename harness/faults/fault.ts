// Faults as data: what is broken, where and how hard, so that schedules of them can be generated, shrunk and printed.
import type fc from 'fast-check'
import type { z } from 'zod'
import type { Operation } from '../judge/model/fault-record.ts'
import type { Profile } from '../judge/model/profile.ts'
import type { Target } from './target.ts'

/** Every kind by its name, with its stages and parameters. Each file in kinds/ adds its own kind. */
// biome-ignore lint/suspicious/noEmptyInterface: the files in kinds/ fill it
export interface FaultKinds {}

export type FaultName = keyof FaultKinds

/** Plain JSON, told apart by `kind`. Units are last in the names of parameters. */
export type Fault<N extends FaultName = FaultName> = {
  [K in N]: {
    readonly kind: K
    readonly stage: FaultKinds[K]['stage']
    readonly parameters: FaultKinds[K]['parameters']
  }
}[N]

/** A fault in force. */
export interface Injected {
  /** Takes it away again; a process is back and ready then. More than once does no harm. */
  heal(): Promise<void>
  /**
   * What shows that it took effect, in words with numbers; undefined when nothing does. To be asked before `heal`, and after the
   * load has met it.
   */
  effect(): Promise<string | undefined>
}

/** A scenario of the suite `faults`: the fault at one stage, met by a load that goes through a relay. */
export interface FaultCase<N extends FaultName = FaultName> {
  /** The scenario's name. */
  readonly name: string
  /** Ends the title "keeps every acknowledged event when …". */
  readonly when: string
  readonly fault: Fault<N>
  readonly operation: Operation
}

/** What a kind of fault is: how to inject it, where, and who tries it. */
export interface FaultKind<N extends FaultName = FaultName> {
  readonly kind: N
  /** Where it can be injected. */
  readonly stages: readonly FaultKinds[N]['stage'][]
  /** The smallest profile that tries its cases. */
  readonly profile: Profile
  /** What its parameters must be where they come from outside. */
  readonly parameters: z.ZodType<FaultKinds[N]['parameters']>
  /** What the suite `faults` tries; empty for a kind that needs a scenario of its own. */
  readonly cases: readonly FaultCase<N>[]
  /** How random schedules draw it; absent where it takes too long for them, or needs more than a stack and a relay. */
  readonly random?: { readonly weight: number; readonly faults: fc.Arbitrary<Fault<N>> }
  /** Quick ones of every sort, for the test on a real stack that each shows its effect until it is healed. */
  readonly trials: readonly Fault<N>[]
  /** @throws UserError when the target has nothing of the kind to break */
  inject(fault: Fault<N>, target: Target): Promise<Injected>
}

/** So that a kind is checked where it is written. */
export function defineFault<N extends FaultName>(kind: FaultKind<N>): FaultKind<N> {
  return kind
}

export function nameOf({ kind, stage }: { readonly kind: string; readonly stage: string }): string {
  return `${kind} of ${stage}`
}
