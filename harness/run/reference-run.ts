// Another run, to which this one is held: the same seed and clock must store the same, on every runtime.
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { ExitCode, messageOf, UserError } from '../../core/errors.ts'
import { compareRuns } from '../judge/compare-runs.ts'
import type { HistoryPage } from '../judge/model/evidence.ts'
import { emptyTally, type Finding, type ScenarioResult } from '../judge/model/verdict.ts'
import { type Profile, profiles } from '../scenario.ts'
import { readHistory } from './history.ts'

export interface ReferenceRun {
  readonly directory: string
  readonly runtime: string
  readonly history: readonly HistoryPage[]
  /** What this run must take over from it. */
  readonly options: { readonly seed: number; readonly clockMs: number; readonly profile: Profile }
}

const reportSchema = z.looseObject({
  seed: z.number(),
  clock: z.iso.datetime(),
  profile: z.enum(profiles),
  runtime: z.looseObject({ kind: z.string() }),
})

/** @throws UserError (exit code 2) when it is no run, or one of another version */
export async function readReferenceRun(directory: string): Promise<ReferenceRun> {
  const file = join(resolve(directory), 'report.json')
  try {
    const { seed, clock, profile, runtime } = reportSchema.parse(JSON.parse(await readFile(file, 'utf8')))
    const options = { seed, clockMs: Date.parse(clock), profile }
    return { directory, runtime: runtime.kind, options, history: await readHistory(resolve(directory)) }
  } catch (error) {
    if (error instanceof UserError) throw error
    const why = error instanceof z.ZodError ? 'it is of another version' : messageOf(error)
    throw new UserError(`${file} cannot be used: ${why}; give the directory of a run`, ExitCode.unknown)
  }
}

/** One result for the whole comparison, each scenario that differs as an example. */
export function compareWithReference(
  mine: readonly HistoryPage[],
  other: ReferenceRun,
  options: { readonly seed: number; readonly profile: string; readonly runtime: string },
): ScenarioResult {
  const compared = compareRuns(mine, other.history)
  const examples = compared
    .filter(({ difference }) => difference !== '')
    .map(({ id, difference }) => `${id}: ${difference}`)
  const verdict = compared.length === 0 ? 'unknown' : examples.length > 0 ? 'fail' : 'pass'
  const message =
    compared.length === 0
      ? 'the two runs have no scenario in common'
      : `${compared.length - examples.length} of ${compared.length} scenarios stored the same as on ${other.runtime}`
  const finding: Finding = { oracle: 'same-result', verdict, message, examples: examples.slice(0, 10) }
  return {
    id: 'same-result/other-run',
    suite: 'same-result',
    title: 'stores the same, to the byte, as another run of the same seed and clock',
    requirements: ['R2', 'R15'],
    verdict,
    seed: options.seed,
    durationMs: 0,
    tally: emptyTally,
    findings: [finding],
    examples: finding.examples,
    faults: [],
    sideBySide: [],
    reason: verdict === 'pass' ? '' : message,
    replay: `npm run verify:platform -- --runtime ${options.runtime} --same-as ${other.directory}`,
  }
}
