// A load in three parts: what is sent before, during and after something happens.

export interface Phases<T> {
  readonly before: readonly T[]
  readonly during: readonly T[]
  readonly after: readonly T[]
  /** The three, one after the other. */
  readonly all: readonly (readonly T[])[]
}

export function splitPhases<T>(batches: readonly T[]): Phases<T> {
  const size = Math.ceil(batches.length / 3)
  const [before, during, after] = [0, 1, 2].map((index) => batches.slice(index * size, (index + 1) * size)) as [
    T[],
    T[],
    T[],
  ]
  return { before, during, after, all: [before, during, after] }
}
