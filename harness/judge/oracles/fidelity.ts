// Fidelity: what is stored equals what must be stored, attribute by attribute; a missing key is not an empty one.
import type { Evidence, Offered, StoredRecord } from '../model/evidence.ts'
import { canonical } from '../model/identity.ts'
import type { Matches } from './matching.ts'
import { findingOf, type Oracle } from './oracle.ts'

/** One line for each event or data point whose content differs. */
export function corruptedOf(evidence: Evidence, matches: Matches): string[] {
  const violations: string[] = []
  const raw = indexRaw(evidence.records)
  for (const { offered, stored } of matches.events) {
    const [first] = offered
    if (!first) continue
    const wanted = candidates(offered)
    const wrong = stored.find(
      (row) =>
        !wanted.some(({ record }) => equal(record.attributes, row.attributes) && equal(record.resource, row.resource)),
    )
    if (wrong)
      violations.push(
        `${wrong.eventType} ${wrong.attributes['event.sequence'] ?? ''}: ${difference(first.record, wrong)}`,
      )
    else if (stored[0] && !wanted.some(({ record }) => raw.has(rawKey(record))))
      violations.push(
        `${stored[0].eventType}: body, name, severity, scope or resource differ in logs_raw (${first.record.body})`,
      )
  }
  for (const { offered, stored } of matches.points) {
    const [first] = offered
    if (!first) continue
    const wanted = candidates(offered)
    const wrong = stored.find(
      (row) =>
        !wanted.some(
          ({ record }) =>
            equal(record.attributes, row.attributes) &&
            equal(record.resource, row.resource) &&
            record.temporality === row.temporality,
        ),
    )
    if (wrong) violations.push(`${wrong.name}: ${difference(first.record, wrong)}`)
  }
  return violations
}

/** Equal identities with unequal content: any of the offers that may be stored may be the one that is kept. */
function candidates<T extends { readonly answer: Offered['answer'] }>(offered: readonly T[]): readonly T[] {
  const possible = offered.filter(({ answer }) => answer !== 'refused')
  return possible.length > 0 ? possible : offered
}

export function fidelityOracle(corrupted: readonly string[]): Oracle {
  return {
    name: 'fidelity',
    judge(evidence) {
      const rows = evidence.events.length + evidence.points.length
      if (rows === 0) return undefined
      return findingOf(
        'fidelity',
        corrupted,
        `${rows} rows hold every attribute as it must be stored`,
        `${corrupted.length} of ${rows} rows differ from what must be stored`,
      )
    },
  }
}

interface Attributed {
  readonly attributes: Readonly<Record<string, string>>
  readonly resource: Readonly<Record<string, string>>
}

function difference(expected: Attributed, actual: Attributed): string {
  for (const part of ['attributes', 'resource'] as const) {
    for (const key of new Set([...Object.keys(expected[part]), ...Object.keys(actual[part])])) {
      const wanted = expected[part][key]
      const found = actual[part][key]
      if (wanted !== found)
        return `${part === 'resource' ? 'resource ' : ''}${key} is ${shown(found)}, expected ${shown(wanted)}`
    }
  }
  return 'the rows differ in another field'
}

function shown(text: string | undefined): string {
  return text === undefined ? 'missing' : JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text)
}

function equal(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
}

function indexRaw(records: readonly StoredRecord[]): ReadonlySet<string> {
  return new Set(records.map(rawKey))
}

function rawKey(record: StoredRecord): string {
  return [
    record.timeUnixNano,
    record.body,
    record.eventName,
    record.severityText,
    record.severityNumber,
    record.scopeName,
    record.scopeVersion,
    canonical(record.attributes),
    canonical(record.resource),
  ].join('\u001f')
}
