// Judges a run again: what has evidence by the evidence, everything else by what the run said of it.
import { z } from 'zod'
import { judge } from './judge.ts'
import type { HistoryPage } from './model/evidence.ts'
import { type Finding, type Verdict, worstVerdict } from './model/verdict.ts'

export interface Rejudged {
  readonly id: string
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  /** Why there is no evidence to judge; empty where there is. */
  readonly withoutEvidence: string
}

export interface RejudgedRun {
  readonly verdict: Verdict
  readonly scenarios: readonly Rejudged[]
  /** What the whole lacks; empty when it lacks nothing. */
  readonly incomplete: string
}

const reportSchema = z.looseObject({
  scenarios: z.array(
    z.looseObject({ id: z.string(), verdict: z.enum(['pass', 'fail', 'unknown', 'skipped']), reason: z.string() }),
  ),
})

/** @param written the run's report.json, parsed; undefined when there is none */
export function rejudge(pages: readonly HistoryPage[], written: unknown): RejudgedRun {
  const judged = new Map(
    pages.map(({ id, evidence }): [string, Rejudged] => [id, { id, ...judge(evidence), withoutEvidence: '' }]),
  )
  const report = reportSchema.safeParse(written).data
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
