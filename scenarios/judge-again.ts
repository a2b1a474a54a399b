// Judges a run again from its directory: what has evidence by the evidence, everything else by what the run said of it.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readHistory } from './history.ts'
import { judge } from './judge.ts'
import { type Finding, type Verdict, worstVerdict } from './verdict.ts'

export interface JudgedAgain {
  readonly id: string
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  /** Why there is no evidence to judge; empty where there is. */
  readonly withoutEvidence: string
}

export interface RunJudgedAgain {
  readonly verdict: Verdict
  readonly scenarios: readonly JudgedAgain[]
  /** What the whole lacks; empty when it lacks nothing. */
  readonly incomplete: string
}

const reportSchema = z.looseObject({
  scenarios: z.array(
    z.looseObject({ id: z.string(), verdict: z.enum(['pass', 'fail', 'unknown', 'skipped']), reason: z.string() }),
  ),
})

/** @throws UserError (exit code 2) when there is no history, or a file of it is damaged */
export async function judgeAgain(runDirectory: string): Promise<RunJudgedAgain> {
  const judged = new Map(
    (await readHistory(runDirectory)).map(({ id, evidence }): [string, JudgedAgain] => [
      id,
      { id, ...judge(evidence), withoutEvidence: '' },
    ]),
  )
  const report = reportSchema.safeParse(
    await readFile(join(runDirectory, 'report.json'), 'utf8')
      .then(JSON.parse)
      .catch(() => undefined),
  ).data
  for (const { id, verdict, reason } of report?.scenarios ?? []) {
    if (judged.has(id)) continue
    // A pass that left no evidence cannot be judged again.
    const said = verdict === 'pass' ? 'unknown' : verdict
    judged.set(id, { id, verdict: said, findings: [], withoutEvidence: reason || 'it left no evidence' })
  }
  const scenarios = [...judged.values()]
  const incomplete =
    report === undefined ? 'the run left no report: it did not end, and what it did not reach is unknown' : ''
  const verdicts: Verdict[] = scenarios.map(({ verdict }) => verdict)
  return { verdict: worstVerdict(incomplete === '' ? verdicts : [...verdicts, 'unknown']), scenarios, incomplete }
}
