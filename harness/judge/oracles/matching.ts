// Matches what was offered with what is stored, by identity and as multisets: one lost and one duplicated never cancel out.
import type { ExpectedLog, ExpectedPoint } from '../../../generators/batch.ts'
import type { Evidence, Offered, Rendered, StoredEvent, StoredPoint } from '../model/evidence.ts'
import { eventIdentity, eventTypeOf, pointIdentity } from '../model/identity.ts'

/** One identity: how it was offered, and the rows that bear it. */
export interface Match<E, S> {
  readonly identity: string
  /** Every offer of it; equal records are one event. */
  readonly offered: readonly { readonly record: E; readonly answer: Offered['answer'] }[]
  readonly stored: readonly S[]
}

export interface Matches {
  readonly events: readonly Match<Rendered<ExpectedLog>, StoredEvent>[]
  readonly points: readonly Match<Rendered<ExpectedPoint>, StoredPoint>[]
}

/** Matches all records of the evidence. */
export function matchAll(evidence: Evidence): Matches {
  const logs: { record: Rendered<ExpectedLog>; answer: Offered['answer'] }[] = []
  const points: { record: Rendered<ExpectedPoint>; answer: Offered['answer'] }[] = []
  for (const { record, answer } of evidence.offered) {
    if (record.signal === 'logs') logs.push({ record, answer })
    else points.push({ record, answer })
  }
  return {
    events: group(
      logs,
      (entry) => eventIdentity(entry.record, eventTypeOf(entry.record)),
      evidence.events,
      (row) => eventIdentity(row, row.eventType),
    ),
    points: group(points, (entry) => pointIdentity(entry.record), evidence.points, pointIdentity),
  }
}

/** What must be there: acknowledged and kept by the policy. */
export function mustBeStored<E extends { readonly fate: 'store' | 'exclude' }, S>(match: Match<E, S>): boolean {
  return match.offered.some((entry) => entry.answer === 'accepted' && entry.record.fate === 'store')
}

/** What may be there: kept by the policy, and not refused outright. */
export function mayBeStored<E extends { readonly fate: 'store' | 'exclude' }, S>(match: Match<E, S>): boolean {
  return match.offered.some((entry) => entry.answer !== 'refused' && entry.record.fate === 'store')
}

function group<E, S>(
  offered: readonly { readonly record: E; readonly answer: Offered['answer'] }[],
  offeredKey: (entry: { readonly record: E; readonly answer: Offered['answer'] }) => string,
  stored: readonly S[],
  storedKey: (row: S) => string,
): Match<E, S>[] {
  const matches = new Map<string, { offered: { record: E; answer: Offered['answer'] }[]; stored: S[] }>()
  const at = (identity: string) => {
    let match = matches.get(identity)
    if (!match) {
      match = { offered: [], stored: [] }
      matches.set(identity, match)
    }
    return match
  }
  for (const entry of offered) at(offeredKey(entry)).offered.push(entry)
  for (const row of stored) at(storedKey(row)).stored.push(row)
  return [...matches].map(([identity, match]) => ({ identity, ...match }))
}
