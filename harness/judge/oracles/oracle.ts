// An oracle judges evidence and says one finding; it knows nothing of stacks, files or time.
import type { Evidence } from '../model/evidence.ts'
import type { Finding } from '../model/verdict.ts'

export interface Oracle {
  readonly name: string
  /** Undefined when the evidence holds nothing for it to judge. */
  judge(evidence: Evidence): Finding | undefined
}

const MAX_EXAMPLES = 10
const MAX_EXAMPLE_LENGTH = 300

/** A finding that fails exactly when there are violations; each fault is one line. */
export function findingOf(oracle: string, violations: readonly string[], passed: string, failed: string): Finding {
  return {
    oracle,
    verdict: violations.length === 0 ? 'pass' : 'fail',
    message: violations.length === 0 ? passed : failed,
    examples: violations
      .slice(0, MAX_EXAMPLES)
      .map((text) => (text.length > MAX_EXAMPLE_LENGTH ? `${text.slice(0, MAX_EXAMPLE_LENGTH)}…` : text)),
  }
}
