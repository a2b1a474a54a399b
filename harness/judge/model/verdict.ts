// What a proof says: verdicts, findings of oracles, the tally of events, and the result of one scenario.

import type { SideBySide } from './evidence.ts'
import type { FaultRecord } from './fault-record.ts'

/** `unknown` means it could not be judged and is never a pass; `skipped` always carries its reason. */
export type Verdict = 'pass' | 'fail' | 'unknown' | 'skipped'

/** Counts of events (log records and metric data points) over a scenario, by content and not by totals. */
export interface Tally {
  /** Handed to the client's end. */
  readonly offered: number
  /** The client's end took responsibility. */
  readonly acknowledged: number
  /** Answered with a refusal. */
  readonly refused: number
  /** No answer: may or may not have been stored. */
  readonly indeterminate: number
  /** Left out because the privacy policy says so. */
  readonly excluded: number
  /** Left out by sampling. */
  readonly sampled: number
  /** Rows that a query sees. */
  readonly stored: number
  /** Acknowledged, kept by the policy, and not there. */
  readonly lost: number
  /** There more often than once in a query's result. */
  readonly duplicated: number
  /** There with other content than was sent. */
  readonly corrupted: number
  /** Stored but never sent, or stored although the policy excludes it. */
  readonly unexpected: number
  /** Private text found in a table. */
  readonly leaked: number
}

/** What one oracle says about one scenario. */
export interface Finding {
  /** The oracle's name, for example `accounting`; controls name the oracle that must catch them. */
  readonly oracle: string
  readonly verdict: 'pass' | 'fail' | 'unknown'
  /** One line: what was judged and what was found. */
  readonly message: string
  /** At most ten examples of what was wrong, each one line. */
  readonly examples: readonly string[]
}

/** The result of one scenario, as it stands in report.json. */
export interface ScenarioResult {
  readonly id: string
  readonly suite: string
  /** The invariant, as a sentence: "keeps every acknowledged event when ClickHouse is killed". */
  readonly title: string
  readonly requirements: readonly string[]
  readonly verdict: Verdict
  readonly seed: number
  readonly durationMs: number
  readonly tally: Tally
  readonly findings: readonly Finding[]
  readonly examples: readonly string[]
  /** The faults that were injected into it, each with what showed its effect. */
  readonly faults: readonly FaultRecord[]
  /** The same situations on the stock stack, where a scenario compares. */
  readonly sideBySide: readonly SideBySide[]
  /** Why it is not a pass; empty for a pass. */
  readonly reason: string
  /** The command that runs this scenario again, alone, with the same seed. */
  readonly replay: string
}

export const emptyTally: Tally = {
  offered: 0,
  acknowledged: 0,
  refused: 0,
  indeterminate: 0,
  excluded: 0,
  sampled: 0,
  stored: 0,
  lost: 0,
  duplicated: 0,
  corrupted: 0,
  unexpected: 0,
  leaked: 0,
}

/** The verdict of a whole: fail if any failed, else unknown if any is unknown or nothing passed, else pass. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) return 'fail'
  if (verdicts.includes('unknown')) return 'unknown'
  if (verdicts.includes('pass')) return 'pass'
  return verdicts.includes('skipped') ? 'skipped' : 'unknown'
}
