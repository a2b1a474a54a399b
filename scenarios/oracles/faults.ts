// The oracle of faults: one that shows no effect was none, and makes what was proven under it unknown.
import type { Evidence } from '../evidence.ts'
import { describe } from '../faults/exercise.ts'
import { findingOf, type Oracle } from './oracle.ts'

export const faultOracle: Oracle = {
  name: 'fault',
  judge({ faults = [] }: Evidence) {
    if (faults.length === 0) return undefined
    const without = faults.filter(({ effect }) => effect === null).map(describe)
    const seen = faults.flatMap(({ effect }) => effect ?? []).join('; ')
    const finding = findingOf('fault', without, seen, `${without.length} of ${faults.length} faults showed no effect`)
    return finding.verdict === 'fail' ? { ...finding, verdict: 'unknown' } : finding
  },
}
