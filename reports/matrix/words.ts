// What the pages of a matrix say in words: the verdict, a leg, a difference.
import type { RunResult } from '../../harness/judge/run-result.ts'
import { plural } from '../content/numbers.ts'
import { countVerdicts } from '../content/summary.ts'
import type { LegResult, Matrix, MatrixDifference } from './matrix.ts'

/** What the verdict means, without the verdict's own word; it claims only what was looked at. */
export function matrixSentence({ legs, differences, verdict }: Matrix): string {
  if (legs.length === 0) return 'No report came, so nothing is proven.'
  const count = (wanted: string) => legs.filter((leg) => leg.verdict === wanted).length
  const other = legs.length - count('pass') - count('fail')
  const parts = [
    verdict === 'pass'
      ? `All of ${plural(legs.length, 'platform')} passed.`
      : `${count('pass')} of ${plural(legs.length, 'platform')} passed.`,
    ...(count('fail') > 0 ? [`${plural(count('fail'), 'platform')} failed.`] : []),
    ...(other > 0 ? [`Of ${plural(other, 'platform')} nothing is proven.`] : []),
    ...(differences.length > 0
      ? [`${plural(differences.length, 'scenario')} stored something else on another platform.`]
      : []),
  ]
  return parts.join(' ')
}

/** Empty when nothing was held to anything else and nothing needs to be said of it. */
export function comparedSentence({ compared, differences, legs }: Matrix): string {
  const { legs: held, scenarios, note } = compared
  const what =
    held.length === 0
      ? legs.length < 2
        ? ''
        : 'What was stored was not compared'
      : `${plural(scenarios, 'scenario')} on ${held.join(', ')}: ${differences.length === 0 ? 'each stored the same, row by row' : `${plural(differences.length, 'difference')}`}`
  return [what, note].filter((part) => part !== '').join('; ')
}

export function differenceSentence({ scenario, has, lacks, first }: MatrixDifference): string {
  return `${scenario}: ${has} stored ${first}, ${lacks} did not`
}

export function machineOf({ platform }: RunResult): string {
  const wsl = platform.wsl === null ? '' : `, WSL ${platform.wsl}`
  return `${platform.os} ${platform.arch}${wsl}, kernel ${platform.kernel}`
}

/** Passed, failed, not judged and skipped, as in `58 passed, 10 skipped`. */
export function countsOf(report: RunResult): string {
  const { pass, fail, unknown, skipped } = countVerdicts(report.scenarios)
  const parts: readonly (readonly [number, string])[] = [
    [pass, 'passed'],
    [fail, 'failed'],
    [unknown, 'not judged'],
    [skipped, 'skipped'],
  ]
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return said.length === 0 ? 'no scenario ran' : said.join(', ')
}

export interface Cell {
  readonly leg: string
  /** `absent` where the leg has no such thing. */
  readonly verdict: RunResult['requirements'][number]['verdict'] | 'absent'
}

export interface Line {
  readonly id: string
  readonly cells: readonly Cell[]
}

/** Each requirement that a leg judged, with what every leg says of it; in the order of their numbers. */
export function requirementLines(legs: readonly LegResult[]): Line[] {
  const ids = new Set(legs.flatMap(({ report }) => report?.requirements.map(({ id }) => id) ?? []))
  return [...ids]
    .sort((one, other) => Number(one.slice(1)) - Number(other.slice(1)))
    .map((id) => ({
      id,
      cells: legs.map(({ name, report }) => ({
        leg: name,
        verdict: report?.requirements.find((each) => each.id === id)?.verdict ?? 'absent',
      })),
    }))
}

/** The scenarios that did not pass on every leg, the failed ones first. */
export function scenarioLines(legs: readonly LegResult[]): Line[] {
  const byLeg = legs.map(({ name, report }) => ({
    leg: name,
    verdicts: new Map(report?.scenarios.map(({ id, verdict }) => [id, verdict])),
  }))
  const ids = new Set(byLeg.flatMap(({ verdicts }) => [...verdicts.keys()]))
  const lines = [...ids].sort().map((id) => ({
    id,
    cells: byLeg.map(({ leg, verdicts }) => ({ leg, verdict: verdicts.get(id) ?? ('absent' as const) })),
  }))
  const rank = ({ cells }: Line) => {
    const has = (verdict: string) => cells.some((cell) => cell.verdict === verdict)
    return has('fail') ? 0 : has('unknown') ? 1 : has('skipped') ? 2 : 3
  }
  return lines
    .filter(({ cells }) => cells.some(({ verdict }) => verdict !== 'pass' && verdict !== 'absent'))
    .sort((one, other) => rank(one) - rank(other))
}
