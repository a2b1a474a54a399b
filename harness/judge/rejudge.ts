// Judges a run again: what has evidence by the evidence, everything else by what the run said of it.
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { judge } from './judge.ts'
import type { HistoryPage } from './model/evidence.ts'
import { type Measurement, measurementSchema } from './model/measurement.ts'
import { measurementText } from './model/measurement-text.ts'
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
    z.looseObject({
      id: z.string(),
      verdict: z.enum(['pass', 'fail', 'unknown', 'skipped']),
      reason: z.string(),
      // Reports had none before schema version 6.
      measurements: z.array(measurementSchema).optional(),
    }),
  ),
})

/** @param written the run's report.json, parsed; undefined when there is none */
export function rejudge(pages: readonly HistoryPage[], written: unknown): RejudgedRun {
  const report = reportSchema.safeParse(written).data
  const told = new Map(report?.scenarios.map(({ id, measurements }) => [id, measurements]))
  const judged = new Map(pages.map((page): [string, Rejudged] => [page.id, again(page, told.get(page.id))]))
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

/** @param told what the report says was measured; undefined where it says nothing of measurements */
function again({ id, evidence }: HistoryPage, told: readonly Measurement[] | undefined): Rejudged {
  const { verdict, findings } = judge(evidence)
  const changed = told === undefined ? undefined : contradiction(evidence.measurements ?? [], told)
  return changed === undefined
    ? { id, verdict, findings, withoutEvidence: '' }
    : { id, verdict: worstVerdict([verdict, 'unknown']), findings: [...findings, changed], withoutEvidence: '' }
}

/**
 * Undefined where history and report say the same. No other evidence can tell which of two numbers was measured: a value or a limit that
 * was changed afterwards in one of them is known by the other.
 */
function contradiction(kept: readonly Measurement[], told: readonly Measurement[]): Finding | undefined {
  if (isDeepStrictEqual(kept, told)) return undefined
  const [here, there] = [kept.map(measurementText), told.map(measurementText)]
  const only = (mine: readonly string[], other: readonly string[], where: string) =>
    mine.filter((text) => !other.includes(text)).map((text) => `only ${where}: ${text}`)
  return {
    oracle: 'measurements',
    verdict: 'unknown',
    message: 'the history and report.json do not say the same was measured',
    examples: [...only(here, there, 'in the history'), ...only(there, here, 'in report.json')].slice(0, 10),
  }
}
