// What a proof says: verdicts, findings of oracles, and the result of one scenario.

import type { SideBySide } from './evidence.ts'
import type { FaultRecord } from './fault-record.ts'
import type { Measurement } from './measurement.ts'
import type { Tally } from './tally.ts'

/** `unknown` means it could not be judged and is never a pass; `skipped` always carries its reason. */
export type Verdict = 'pass' | 'fail' | 'unknown' | 'skipped'

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
  /** What was measured, in the order of measuring. */
  readonly measurements: readonly Measurement[]
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

/** The verdict of a whole: fail if any failed, else unknown if any is unknown or nothing passed, else pass. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) return 'fail'
  if (verdicts.includes('unknown')) return 'unknown'
  if (verdicts.includes('pass')) return 'pass'
  return verdicts.includes('skipped') ? 'skipped' : 'unknown'
}
