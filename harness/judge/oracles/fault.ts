// The oracle of faults: one that shows no effect was none, and makes what was proven under it unknown.

import type { Evidence } from '../model/evidence.ts'
import { describeFault } from '../model/fault-record.ts'
import { findingOf, type Oracle } from './oracle.ts'

/** Up to this many effects are listed; the report's table of faults has all of them. */
const MAX_TOLD = 6

export const faultOracle: Oracle = {
  name: 'fault',
  judge({ faults = [] }: Evidence) {
    if (faults.length === 0) return undefined
    const without = faults.filter(({ effect }) => effect === null).map(describeFault)
    const effects = faults.flatMap(({ effect }) => effect ?? [])
    const more = effects.length > MAX_TOLD ? [`and ${effects.length - MAX_TOLD} more`] : []
    const seen = [...effects.slice(0, MAX_TOLD), ...more].join('; ')
    const finding = findingOf('fault', without, seen, `${without.length} of ${faults.length} faults showed no effect`)
    return finding.verdict === 'fail' ? { ...finding, verdict: 'unknown' } : finding
  },
}
