// What became of a mutant: who killed it, that nothing did, or that it never ran; and what all of them come to.

/** A proof that said fail: an answer to one query on one ground that is not the oracle's. */
export interface Killer {
  readonly ground: string
  /** Which of what is asked there, from 0. */
  readonly asked: number
  readonly query: string
}

export type Fate =
  | { readonly kind: 'killed'; readonly by: Killer; readonly how: string }
  | { readonly kind: 'survived' }
  /** ClickHouse does not take it, whatever is stored. */
  | { readonly kind: 'invalid'; readonly how: string }
  | { readonly kind: 'timed out' }

/** Why mutants answer as what they are mutants of, whatever is stored. */
export interface Equivalence {
  readonly reason: string
  readonly mutants: readonly string[]
}

export interface Outcome {
  readonly killed: number
  /** That survived and are called equivalent. */
  readonly equivalent: number
  readonly invalid: number
  readonly timedOut: number
  /** That survived without a reason. */
  readonly survivors: readonly string[]
  /** That are called equivalent and did not survive. */
  readonly lies: readonly string[]
  /** Of those that ran to an answer. */
  readonly equivalentShare: number
}

/** @param fates by id */
export function outcomeOf(fates: ReadonlyMap<string, Fate>, equivalences: readonly Equivalence[]): Outcome {
  const called = new Set(equivalences.flatMap(({ mutants }) => mutants))
  const of = (kind: Fate['kind']) => [...fates].flatMap(([id, fate]) => (fate.kind === kind ? [id] : []))
  const survived = of('survived')
  const killed = of('killed').length
  const equivalent = survived.filter((id) => called.has(id)).length
  return {
    killed,
    equivalent,
    invalid: of('invalid').length,
    timedOut: of('timed out').length,
    survivors: survived.filter((id) => !called.has(id)),
    lies: [...called].filter((id) => fates.has(id) && !survived.includes(id)),
    equivalentShare: equivalent / Math.max(1, killed + equivalent),
  }
}
