// Accounting: every acknowledged event that the policy keeps is there exactly once, and nothing else is.
import type { Evidence, ExpectedRecordText } from '../model/evidence.ts'
import { eventIdentity, eventTypeOf } from '../model/identity.ts'
import type { Match, Matches } from './matching.ts'
import { mayBeStored, mustBeStored } from './matching.ts'
import { findingOf, type Oracle } from './oracle.ts'

type AnyMatch = Match<
  Extract<ExpectedRecordText, { signal: 'logs' }> | Extract<ExpectedRecordText, { signal: 'metrics' }>,
  unknown
>

export interface Accounts {
  readonly lost: readonly string[]
  readonly duplicated: readonly string[]
  readonly unexpected: readonly string[]
}

/** The violations of the accounts, each named by what identifies it. `sampledOut` are sessions that were left out whole. */
export function accountsOf(evidence: Evidence, matches: Matches, sampledOut: ReadonlySet<string>): Accounts {
  const lost: string[] = []
  const duplicated: string[] = []
  const unexpected: string[] = []
  for (const match of [...matches.events, ...matches.points] as readonly AnyMatch[]) {
    const record = match.offered[0]?.record
    const isSampled = record?.signal === 'logs' && sampledOut.has(record.attributes['session.id'] ?? '')
    if (match.stored.length === 0 && mustBeStored(match) && !isSampled) lost.push(describe(match))
    if (match.stored.length > 1) duplicated.push(`${describe(match)} (${match.stored.length} times)`)
    if (match.stored.length > 0 && !mayBeStored(match)) unexpected.push(describe(match))
  }
  unexpected.push(...onlyInRaw(evidence, matches))
  return { lost, duplicated, unexpected }
}

/** Rows of `logs_raw` that nobody sent, or that should not be there, and that `telemetry_events` does not show. */
function onlyInRaw(evidence: Evidence, matches: Matches): string[] {
  const known = new Set(
    matches.events.filter((match) => match.stored.length > 0 || mayBeStored(match)).map(({ identity }) => identity),
  )
  return evidence.records
    .map((record) => eventIdentity(record, eventTypeOf(record)))
    .filter((identity) => !known.has(identity))
    .map((identity) => `${readable(identity)} (in logs_raw only)`)
}

function readable(identity: string): string {
  return identity.replaceAll('\u001f', ' ').slice(0, 200)
}

export function accountingOracle(accounts: Accounts): Oracle {
  return {
    name: 'accounting',
    judge(evidence) {
      if (evidence.offered.length === 0 && accounts.unexpected.length === 0) return undefined
      const violations = [
        ...accounts.lost.map((text) => `lost: ${text}`),
        ...accounts.duplicated.map((text) => `duplicated: ${text}`),
        ...accounts.unexpected.map((text) => `unexpected: ${text}`),
      ]
      return findingOf(
        'accounting',
        violations,
        `${evidence.offered.length} records offered, every one that must be stored is there exactly once`,
        `${accounts.lost.length} lost, ${accounts.duplicated.length} duplicated, ${accounts.unexpected.length} unexpected`,
      )
    },
  }
}

function describe(match: AnyMatch): string {
  const record = match.offered[0]?.record
  if (!record) return readable(match.identity)
  const session = record.attributes['session.id'] ?? 'no session'
  return record.signal === 'logs'
    ? `${record.attributes['event.name'] ?? record.body} ${record.attributes['event.sequence'] ?? ''} of session ${session}`
    : `${record.name} = ${record.value} of session ${session}`
}
