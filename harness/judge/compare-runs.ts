// Compares two runs of the same seed and clock: what is stored must be the same on every runtime, to the byte.
import { createHash } from 'node:crypto'
import { judge } from './judge.ts'
import type { Evidence, HistoryPage, StoredEvent, StoredPoint } from './model/evidence.ts'
import type { Verdict } from './model/verdict.ts'

/** What a run left: what its report says of each scenario, and the evidence of those that have some. */
export interface RunRecord {
  readonly scenarios: readonly { readonly id: string; readonly verdict: Verdict }[]
  readonly history: readonly HistoryPage[]
}

/** One scenario of either run. */
export interface ComparedScenario {
  readonly id: string
  /** Empty when both runs have it and they are the same; else what differs, the first differing event by name. */
  readonly difference: string
}

export interface RunComparison {
  readonly compared: readonly ComparedScenario[]
  /** Scenarios that one run or both skipped: nothing of them can be compared. */
  readonly skipped: readonly string[]
}

/**
 * Every scenario of either run; one that only one of them has is a difference. Of a bulk load only the verdict is compared: how much of
 * it is taken depends on the machine's speed, not on the seed. Nor are measured values compared, which are noise: only
 * what was measured is.
 */
export function compareRuns(mine: RunRecord, theirs: RunRecord): RunComparison {
  const [here, there] = [byId(mine), byId(theirs)]
  const compared: ComparedScenario[] = []
  const skipped: string[] = []
  for (const id of new Set([...here.keys(), ...there.keys()])) {
    const [one, other] = [here.get(id), there.get(id)]
    if (one === undefined || other === undefined)
      compared.push({ id, difference: one === undefined ? 'only the other run has it' : 'only this run has it' })
    else if (one.verdict === 'skipped' || other.verdict === 'skipped') skipped.push(id)
    else compared.push({ id, difference: differenceOf(one, other) })
  }
  return { compared, skipped }
}

interface Recorded {
  readonly verdict: Verdict
  readonly evidence: Evidence | undefined
}

/** Of what has evidence, the verdict that it gets now. */
function byId({ scenarios, history }: RunRecord): Map<string, Recorded> {
  const pages = new Map(history.map(({ id, evidence }) => [id, evidence]))
  return new Map(
    scenarios.map(({ id, verdict }) => {
      const evidence = pages.get(id)
      return [id, { verdict: evidence === undefined ? verdict : judge(evidence).verdict, evidence }]
    }),
  )
}

function differenceOf(one: Recorded, other: Recorded): string {
  const parts: string[] = []
  if (one.verdict !== other.verdict) parts.push(`the verdict is ${one.verdict}, and ${other.verdict} in the other run`)
  if (one.evidence === undefined || other.evidence === undefined)
    parts.push(`${one.evidence === undefined ? 'this' : 'the other'} run left no evidence of it`)
  else {
    parts.push(...measuringDifference(one.evidence, other.evidence))
    if (one.evidence.bulk === undefined && other.evidence.bulk === undefined)
      parts.push(...contentDifference(storedLines(one.evidence), storedLines(other.evidence)))
  }
  return parts.join('; ')
}

/** What only one of them measured; a run of before there were measurements is not held to them. */
function measuringDifference({ measurements: mine }: Evidence, { measurements: theirs }: Evidence): string[] {
  if (mine === undefined || theirs === undefined) return []
  const [here, there] = [new Set(mine.map(({ name }) => name)), new Set(theirs.map(({ name }) => name))]
  return [
    ...[...here.difference(there)].map((name) => `only measured here: ${name}`),
    ...[...there.difference(here)].map((name) => `only measured there: ${name}`),
  ]
}

/** Empty when the same rows are there equally often. */
function contentDifference(mine: readonly string[], theirs: readonly string[]): string[] {
  if (digestOf(mine) === digestOf(theirs)) return []
  const onlyMine = firstMissing(mine, theirs)
  const onlyTheirs = firstMissing(theirs, mine)
  const parts = [
    ...(onlyMine === undefined ? [] : [`only here: ${onlyMine}`]),
    ...(onlyTheirs === undefined ? [] : [`only there: ${onlyTheirs}`]),
  ]
  return [
    `stored content differs: ${parts.join('; ') || `the same rows, but ${mine.length} here and ${theirs.length} there`}`,
  ]
}

/** Every stored event and data point as one line each, in the order of their text. */
export function storedLines({ events, points }: Evidence): string[] {
  return [...events, ...points].map(lineOf).sort()
}

/** One stored row as a line that is the same whatever the order of its keys. */
export function lineOf(row: StoredEvent | StoredPoint): string {
  return JSON.stringify(sorted(row))
}

/** Keys in their order: a map's order is the database's affair. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

function digestOf(lines: readonly string[]): string {
  const hash = createHash('sha256')
  for (const line of lines) hash.update(line).update('\n')
  return hash.digest('hex')
}

function firstMissing(lines: readonly string[], from: readonly string[]): string | undefined {
  const there = new Set(from)
  return lines.find((line) => !there.has(line))
}
