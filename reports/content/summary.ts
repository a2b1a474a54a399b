// What the reports say in sum: counts of verdicts, the total tally, scenarios by suite, the machine in a few words.

import { addTallies, surplusOf, type Tally } from '../../harness/judge/model/tally.ts'
import type { ScenarioResult, Verdict } from '../../harness/judge/model/verdict.ts'
import type { RunResult } from '../../harness/judge/run-result.ts'
import { formatCount, plural } from './numbers.ts'

/** Every verdict, the worst first: the order in which reports list them. */
export const verdictsWorstFirst: readonly Verdict[] = ['fail', 'unknown', 'skipped', 'pass']

export interface SuiteSummary {
  readonly name: string
  readonly verdict: Verdict
  readonly scenarios: readonly ScenarioResult[]
  readonly tally: Tally
  readonly durationMs: number
}

export function countVerdicts(scenarios: readonly ScenarioResult[]): Readonly<Record<Verdict, number>> {
  const counts: Record<Verdict, number> = { pass: 0, fail: 0, unknown: 0, skipped: 0 }
  for (const scenario of scenarios) counts[scenario.verdict] += 1
  return counts
}

export function totalTally(scenarios: readonly ScenarioResult[]): Tally {
  return addTallies(scenarios.map(({ tally }) => tally))
}

/** Where what was offered went, as a sum that adds up; empty when all of it is stored. */
export function sumInWords(tally: Tally): string {
  const surplus = surplusOf(tally)
  const parts = [
    [tally.lost, 'lost'],
    [tally.excluded, 'left out by the policy'],
    [tally.sampled, 'left out by sampling'],
    [tally.repeated, 'offered again and one with the first'],
    [tally.unacknowledged, 'not acknowledged'],
  ] as const
  const others = parts.flatMap(([count, what]) => (count === 0 ? [] : [`${formatCount(count)} ${what}`]))
  if (others.length === 0 && surplus === 0) return ''
  const rows = tally.stored - surplus
  const tooMany = surplus === 0 ? '' : `; besides these, ${plural(surplus, 'row')} stored`
  return `${formatCount(tally.offered)} offered: ${[`${formatCount(rows)} stored`, ...others].join(', ')}${tooMany}.`
}

/** The suites in the order of running, each with its worst verdict (a pass beside a skip is a pass). */
export function groupBySuite(scenarios: readonly ScenarioResult[]): readonly SuiteSummary[] {
  const groups = Map.groupBy(scenarios, (scenario) => scenario.suite)
  return [...groups].map(([name, members]) => {
    const counts = countVerdicts(members)
    const verdict = (['fail', 'unknown', 'pass', 'skipped'] as const).find((each) => counts[each] > 0) ?? 'unknown'
    const durationMs = members.reduce((sum, member) => sum + member.durationMs, 0)
    return { name, verdict, scenarios: members, tally: totalTally(members), durationMs }
  })
}

/** `linux x64, embedded`, `linux x64 in WSL 2, docker` */
export function machineInWords({ platform, runtime }: RunResult): string {
  const wsl = platform.wsl === null ? '' : ` in WSL ${platform.wsl}`
  return `${platform.os} ${platform.arch}${wsl}, ${runtime.kind}`
}
