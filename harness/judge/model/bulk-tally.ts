// The tally of a load that is too large to be kept record by record.

/** Counts of events, and examples of what is wrong. */
export interface BulkTally {
  readonly offered: number
  readonly acknowledged: number
  readonly refused: number
  readonly indeterminate: number
  readonly stored: number
  readonly lost: number
  readonly duplicated: number
  readonly corrupted: number
  readonly unexpected: number
  readonly examples: readonly string[]
}

/** A tally, and what a person must know of the load to read it. */
export type BulkEvidence = BulkTally & { readonly about: string }

export const MAX_BULK_EXAMPLES = 10

/** The tallies of two loads as that of one. */
export function addBulkTallies(one: BulkTally, other: BulkTally): BulkTally {
  const sum = (key: Exclude<keyof BulkTally, 'examples'>) => one[key] + other[key]
  return {
    offered: sum('offered'),
    acknowledged: sum('acknowledged'),
    refused: sum('refused'),
    indeterminate: sum('indeterminate'),
    stored: sum('stored'),
    lost: sum('lost'),
    duplicated: sum('duplicated'),
    corrupted: sum('corrupted'),
    unexpected: sum('unexpected'),
    examples: [...one.examples, ...other.examples].slice(0, MAX_BULK_EXAMPLES),
  }
}
