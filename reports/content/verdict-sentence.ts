// The verdict of a run in plain words: what it means and what it does not.

import { FOUND_SECRETS, PLANTED_SECRETS } from '../../harness/judge/model/measurement.ts'
import type { Tally } from '../../harness/judge/model/tally.ts'
import type { RunResult } from '../../harness/judge/run-result.ts'
import { formatCount, plural } from './numbers.ts'
import { countVerdicts, machineInWords, totalTally } from './summary.ts'

/**
 * What the verdict means, without the verdict's own word, for example
 * `42 of 42 scenarios passed on this machine (linux x64, embedded). Nothing was lost, no private text that was planted was stored.`
 * It claims only what was looked at: no word on loss without acknowledged events, none on privacy unless R13 or R14 passed.
 */
export function verdictSentence(result: RunResult): string {
  const counts = countVerdicts(result.scenarios)
  const total = result.scenarios.length
  const where = `on this machine (${machineInWords(result)})`
  const of = (count: number) => `${formatCount(count)} of ${plural(total, 'scenario')}`
  const not = counts.unknown > 0 ? ` ${formatCount(counts.unknown)} could not be judged.` : ''
  const skipped =
    counts.skipped > 0
      ? ` ${formatCount(counts.skipped)} did not run, so nothing is proven about ${counts.skipped === 1 ? 'it' : 'them'}.`
      : ''

  if (total === 0) return `No scenario ran ${where}, so nothing is proven.`
  const tally = totalTally(result.scenarios)
  switch (result.verdict) {
    case 'pass':
      return `${of(counts.pass)} passed ${where}.${assurances(result, tally)}${skipped}`
    case 'fail':
      if (counts.fail === 0) return `The run as a whole failed ${where}.${not}`
      return `${of(counts.fail)} failed ${where}.${violationsInWords(tally)}${not}${skipped}`
    case 'unknown':
      if (counts.unknown === 0) return `The run as a whole could not be judged ${where}, so this is not a pass.`
      return `${of(counts.unknown)} could not be judged ${where}, so this is not a pass.${violationsInWords(tally)}${skipped}`
    case 'skipped':
      return `${of(counts.skipped)} did not run ${where}, so nothing is proven.`
  }
}

function assurances(result: RunResult, tally: Tally): string {
  const { requirements } = result
  const privacyProven = requirements.some(({ id, verdict }) => (id === 'R13' || id === 'R14') && verdict === 'pass')
  const parts = [
    ...(tally.acknowledged > 0 && tally.lost === 0 ? ['nothing was lost'] : []),
    ...(privacyProven && tally.leaked === 0 ? ['no private text that was planted was stored'] : []),
  ]
  return asSentence(parts) + atRest(result)
}

/** What the search of every byte at rest measured, where it was made. */
function atRest({ scenarios }: RunResult): string {
  const measured = scenarios.flatMap(({ measurements }) => measurements)
  const value = (name: string) => measured.find((each) => each.name === name)?.value
  const [planted, found] = [value(PLANTED_SECRETS), value(FOUND_SECRETS)]
  if (typeof planted !== 'number' || typeof found !== 'number') return ''
  return ` ${formatCount(found)} of ${plural(planted, 'planted secret')} were found in any byte at rest.`
}

function violationsInWords(tally: Tally): string {
  const event = (count: number, what: string) =>
    count > 0 ? [`${plural(count, 'event')} ${count === 1 ? 'was' : 'were'} ${what}`] : []
  return asSentence([
    ...event(tally.lost, 'lost'),
    ...event(tally.duplicated, 'duplicated'),
    ...event(tally.corrupted, 'corrupted'),
    ...event(tally.unexpected, 'stored that should not be'),
    ...(tally.leaked > 0
      ? [`${plural(tally.leaked, 'private text')} ${tally.leaked === 1 ? 'was' : 'were'} stored`]
      : []),
  ])
}

function asSentence(parts: readonly string[]): string {
  const joined = parts.join(', ')
  return joined === '' ? '' : ` ${joined.charAt(0).toUpperCase()}${joined.slice(1)}.`
}
