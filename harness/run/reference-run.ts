// A reference run, to which this one is held: the same seed and clock must store the same, on every runtime.
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { ExitCode, messageOf, UserError } from '../../core/errors.ts'
import { compareRuns, type RunRecord } from '../judge/compare-runs.ts'
import { emptyEvidence, type HistoryPage } from '../judge/model/evidence.ts'
import { type Profile, profiles } from '../judge/model/profile.ts'
import { emptyTally } from '../judge/model/tally.ts'
import type { ScenarioResult } from '../judge/model/verdict.ts'
import { readHistory } from './history.ts'

export interface ReferenceRun {
  readonly directory: string
  readonly runtime: string
  readonly record: RunRecord
  /** What this run must take over from it. */
  readonly options: { readonly seed: number; readonly clockMs: number; readonly profile: Profile }
}

const reportSchema = z.looseObject({
  seed: z.number(),
  clock: z.iso.datetime(),
  profile: z.enum(profiles),
  runtime: z.looseObject({ kind: z.string() }),
  scenarios: z.array(z.looseObject({ id: z.string(), verdict: z.enum(['pass', 'fail', 'unknown', 'skipped']) })),
})

/** The suite of the comparison itself, which is not compared. */
const SUITE = 'same-result'

/** @throws UserError (exit code 2) when it is no run, or one of another version */
export async function readReferenceRun(directory: string): Promise<ReferenceRun> {
  const file = join(resolve(directory), 'report.json')
  try {
    const { seed, clock, profile, runtime, scenarios } = reportSchema.parse(JSON.parse(await readFile(file, 'utf8')))
    const options = { seed, clockMs: Date.parse(clock), profile }
    const record = {
      scenarios: scenarios.filter(({ id }) => !id.startsWith(`${SUITE}/`)),
      history: await readHistory(resolve(directory)),
    }
    return { directory, runtime: runtime.kind, options, record }
  } catch (error) {
    if (error instanceof UserError) throw error
    const why = error instanceof z.ZodError ? 'it is of another version' : messageOf(error)
    throw new UserError(`${file} cannot be used: ${why}; give the directory of a run`, ExitCode.unknown)
  }
}

export interface ComparisonWithReference {
  readonly result: ScenarioResult
  /** What it was judged by, for the run's history. */
  readonly page: HistoryPage
}

/**
 * One result for the whole comparison, each scenario that differs as an example.
 * @param isWanted which scenarios this run was asked for; what the reference has beyond them is not compared
 */
export function compareWithReference(
  mine: RunRecord,
  reference: ReferenceRun,
  options: { readonly seed: number; readonly runtime: string; readonly isWanted: (id: string) => boolean },
): ComparisonWithReference {
  const wanted = reference.record.scenarios.filter(({ id }) => options.isWanted(id))
  const { compared, skipped } = compareRuns(mine, { ...reference.record, scenarios: wanted })
  const differing = compared.filter(({ difference }) => difference !== '')
  const verdict = compared.length === 0 ? 'unknown' : differing.length > 0 ? 'fail' : 'pass'
  const message =
    compared.length === 0
      ? 'the two runs have no scenario that can be compared'
      : `${compared.length - differing.length} of ${compared.length} scenarios stored the same as on ${reference.runtime}${skipped.length === 0 ? '' : `; ${skipped.length} were skipped by one run or both`}`
  const comparisons = compared.map(({ id, difference }) => ({
    oracle: 'comparison' as const,
    what: id,
    expected: 'the same as in the other run',
    actual: difference === '' ? 'the same as in the other run' : difference,
  }))
  const examples = differing.slice(0, 10).map(({ id, difference }) => `${id}: ${difference}`)
  const id = `${SUITE}/other-run`
  const result: ScenarioResult = {
    id,
    suite: SUITE,
    title: 'stores the same, to the byte, as another run of the same seed and clock',
    requirements: ['R2', 'R15'],
    verdict,
    seed: options.seed,
    durationMs: 0,
    tally: emptyTally,
    findings: [{ oracle: SUITE, verdict, message, examples }],
    measurements: [],
    examples,
    faults: [],
    sideBySide: [],
    reason: verdict === 'pass' ? '' : message,
    replay: `npm run verify:platform -- --runtime ${options.runtime} --same-as ${reference.directory}`,
  }
  return { result, page: { id, evidence: { ...emptyEvidence, comparisons } } }
}
