// Compares two runs of the same seed and clock: what is stored must be the same on every runtime, to the byte.
import { createHash } from 'node:crypto'
import { judge } from './judge.ts'
import type { Evidence, HistoryPage } from './model/evidence.ts'

/** One scenario in both runs. */
export interface Compared {
  readonly id: string
  /** Empty when they are the same; else what differs, the first differing event by name. */
  readonly difference: string
  readonly digests: readonly [string, string]
}

/**
 * Scenarios that both runs have, in the order of the first. Those of bulk loads are left out: how much of a load is taken
 * depends on the machine's speed, not on the seed.
 */
export function compareRuns(one: readonly HistoryPage[], other: readonly HistoryPage[]): Compared[] {
  const others = new Map(other.map((page) => [page.id, page.evidence]))
  return one.flatMap(({ id, evidence }) => {
    const theirs = others.get(id)
    if (theirs === undefined || evidence.bulk !== undefined || theirs.bulk !== undefined) return []
    return [compare(id, evidence, theirs)]
  })
}

function compare(id: string, one: Evidence, other: Evidence): Compared {
  const digests = [digestOf(storedLines(one)), digestOf(storedLines(other))] as const
  const [mine, theirs] = [judge(one).verdict, judge(other).verdict]
  const parts = [
    ...(mine === theirs ? [] : [`the verdict is ${mine}, and ${theirs} in the other run`]),
    ...(digests[0] === digests[1] ? [] : [contentDifference(storedLines(one), storedLines(other))]),
  ]
  return { id, digests, difference: parts.join('; ') }
}

function contentDifference(mine: readonly string[], theirs: readonly string[]): string {
  const onlyMine = firstMissing(mine, theirs)
  const onlyTheirs = firstMissing(theirs, mine)
  const parts = [
    ...(onlyMine === undefined ? [] : [`only here: ${onlyMine}`]),
    ...(onlyTheirs === undefined ? [] : [`only there: ${onlyTheirs}`]),
  ]
  return `stored content differs: ${parts.join('; ') || `the same rows, but ${mine.length} here and ${theirs.length} there`}`
}

/** Every stored event and data point as one line each, in the order of their text. */
export function storedLines({ events, points }: Evidence): string[] {
  return [...events, ...points].map((row) => JSON.stringify(sorted(row))).sort()
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
