// One result of the runs of several machines: what each says, what is missing, and whether all stored the same.
import { type Contents, differencesOf } from '../../harness/judge/contents.ts'
import type { Verdict } from '../../harness/judge/model/verdict.ts'
import type { RunResult } from '../../harness/judge/run-result.ts'
import { countVerdicts } from '../content/summary.ts'

/** A leg as it was found: a report that can be read, or why there is none. */
export interface Leg {
  readonly name: string
  readonly report?: RunResult
  readonly contents?: Contents
  /** Empty when the report can be read. */
  readonly problem: string
}

export interface LegResult {
  readonly name: string
  readonly verdict: Verdict
  /** Why it is no pass without a scenario that says so; else empty. */
  readonly problem: string
  readonly report?: RunResult
}

export interface MatrixDifference {
  readonly scenario: string
  /** The leg that has the row, and the one that does not. */
  readonly has: string
  readonly lacks: string
  /** The first event or data point that differs: its type or name, and its time in nanoseconds. */
  readonly first: string
}

export interface Matrix {
  readonly verdict: Verdict
  readonly legs: readonly LegResult[]
  readonly differences: readonly MatrixDifference[]
  /** Which legs were held to each other, and why others were not. */
  readonly compared: { readonly legs: readonly string[]; readonly scenarios: number; readonly note: string }
}

/**
 * Fails where a leg failed or two legs stored something else; is unknown where a leg is missing, cannot be read, or proved nothing.
 * @param expected the names of the legs that there must be; what came is enough when it is empty
 */
export function mergeLegs(found: readonly Leg[], expected: readonly string[]): Matrix {
  const names = new Set(found.map(({ name }) => name))
  const missing = expected
    .filter((name) => !names.has(name))
    .map((name): Leg => ({ name, problem: 'no report came from it' }))
  const legs = [...withoutDoubles(found), ...missing]
    .map(legResult)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
  const { differences, compared } = compareLegs(found)
  const verdicts = legs.map(({ verdict }) => (verdict === 'skipped' ? 'unknown' : verdict))
  const verdict =
    verdicts.includes('fail') || differences.length > 0
      ? 'fail'
      : verdicts.includes('unknown') || verdicts.length === 0
        ? 'unknown'
        : 'pass'
  return { verdict, legs, differences, compared }
}

/** Two reports under one name, or one run twice, leave open which of them counts. */
function withoutDoubles(found: readonly Leg[]): Leg[] {
  const byName = Map.groupBy(found, ({ name }) => name)
  const runs = new Map<string, string>()
  return [...byName].map(([name, same]) => {
    const [first] = same
    if (first === undefined || same.length > 1) return { name, problem: `${same.length} reports came under this name` }
    if (first.report === undefined) return first
    const { runId, startedAt, platform, runtime } = first.report
    const run = JSON.stringify([runId, startedAt, platform, runtime.kind])
    const twin = runs.get(run)
    runs.set(run, name)
    return twin === undefined ? first : { name, problem: `it is the same run as ${twin}` }
  })
}

function legResult({ name, problem, report }: Leg): LegResult {
  if (report === undefined) return { name, verdict: 'unknown', problem }
  const proved = countVerdicts(report.scenarios).pass > 0
  const nothing = report.verdict === 'pass' && !proved ? 'no scenario of it passed' : ''
  return { name, verdict: nothing === '' ? report.verdict : 'unknown', problem: nothing, report }
}

/** With one seed, clock and profile all must have stored the same: the most legs with the same terms, each against the first of them. */
function compareLegs(found: readonly Leg[]): Pick<Matrix, 'differences' | 'compared'> {
  const groups = Map.groupBy(
    found.filter(({ report, contents }) => report !== undefined && contents !== undefined),
    termsOf,
  )
  const [alike = []] = [...groups.values()].sort((one, other) => other.length - one.length)
  const [first, ...others] = alike
  if (first === undefined || others.length === 0)
    return {
      differences: [],
      compared: {
        legs: [],
        scenarios: 0,
        note: 'no two legs have one seed, clock and profile, and say what they stored',
      },
    }
  const apart = found.length - alike.length
  const note = apart === 0 ? '' : `${apart} not compared: another seed, clock or profile, or no contents.json`
  return {
    differences: others.flatMap((leg) => differencesBetween(first, leg)),
    compared: { legs: alike.map(({ name }) => name), scenarios: first.contents?.scenarios.length ?? 0, note },
  }
}

function termsOf({ report }: Leg): string {
  return JSON.stringify([report?.seed, report?.clock, report?.profile])
}

/** Only of scenarios that ran on both: what is skipped stored nothing. */
function differencesBetween(one: Leg, other: Leg): MatrixDifference[] {
  if (one.contents === undefined || other.contents === undefined) return []
  const skipped = new Set(
    [one, other].flatMap(({ report }) =>
      (report?.scenarios ?? []).filter(({ verdict }) => verdict === 'skipped').map(({ id }) => id),
    ),
  )
  return differencesOf(one.contents, other.contents)
    .filter(({ scenario }) => !skipped.has(scenario))
    .map(({ scenario, first, onlyInFirst }) => ({
      scenario,
      first,
      has: onlyInFirst ? one.name : other.name,
      lacks: onlyInFirst ? other.name : one.name,
    }))
}
