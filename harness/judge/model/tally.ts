// The tally: what became of events (log records and data points), counted by content and not by totals. The one table of its fields.

/** The way of an event, in its order. */
const way = {
  offered: 'events handed to the client’s end',
  acknowledged: 'events that the client’s end took responsibility for',
  refused: 'events answered with a refusal',
  indeterminate: 'events without an answer: they may or may not have been stored',
  repeated: 'events offered again: each is one with an earlier one',
  excluded: 'events left out because the privacy policy says so',
  sampled: 'events left out by sampling',
  unacknowledged: 'events that nobody took responsibility for, and that are not stored',
  stored: 'rows that a query sees',
} as const

/** What must be zero in a proof that passes. */
const mustBeZero = {
  lost: 'events acknowledged, kept by the policy, and not stored',
  duplicated: 'events stored more often than once in a query’s result',
  corrupted: 'events stored with other content than was sent',
  unexpected: 'events stored but never sent, or stored although the policy excludes them',
  leaked: 'private texts found in a table',
} as const

/** What each field counts. */
export const tallyMeanings = { ...way, ...mustBeZero } as const

export type TallyField = keyof typeof tallyMeanings
export type Tally = Readonly<Record<TallyField, number>>

export const wayFields = Object.keys(way) as readonly (keyof typeof way)[]
export const mustBeZeroFields = Object.keys(mustBeZero) as readonly (keyof typeof mustBeZero)[]
export const tallyFields: readonly TallyField[] = [...wayFields, ...mustBeZeroFields]

/** @param count one field's value */
export function makeTally(count: (field: TallyField) => number): Tally {
  return Object.fromEntries(tallyFields.map((field) => [field, count(field)])) as Tally
}

export const emptyTally: Tally = makeTally(() => 0)

/**
 * How many rows are stored beyond those of the events that were offered: 0 in a proof that passes. What was offered is stored, lost, or one of
 * repeated, excluded, sampled and unacknowledged.
 */
export function surplusOf(tally: Tally): number {
  const { offered, stored, lost, repeated, excluded, sampled, unacknowledged } = tally
  return stored + lost + repeated + excluded + sampled + unacknowledged - offered
}

export function addTallies(tallies: readonly Tally[]): Tally {
  return makeTally((field) => tallies.reduce((sum, tally) => sum + tally[field], 0))
}
