// The lowest, the middle and the highest of several measurements of the same.

export interface Range {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** The median of an even number lies between the two in the middle. Undefined where nothing was measured. */
export function rangeOf(values: readonly number[]): Range | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? 0
  if (sorted.length === 0) return undefined
  const middle = (sorted.length - 1) / 2
  return { min: at(0), median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, max: at(sorted.length - 1) }
}
