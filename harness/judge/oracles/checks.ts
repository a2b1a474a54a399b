// What a scenario itself checks, actual against expected, as findings.
import { isDeepStrictEqual } from 'node:util'
import type { Finding } from '../model/verdict.ts'
import { findingOf } from './oracle.ts'

/** Up to this many passing checks are listed by name. */
const MAX_NAMED = 4

/** One finding for each oracle that comparisons name. */
export function judgeComparisons(
  comparisons: readonly { oracle: string; what: string; expected: unknown; actual: unknown }[],
): Finding[] {
  return [...Map.groupBy(comparisons, ({ oracle }) => oracle)].map(([oracle, group]) => {
    const violations = group
      .filter(({ expected, actual }) => !isDeepStrictEqual(expected, actual))
      .map(({ what, expected, actual }) => `${what}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`)
    const named = group.length <= MAX_NAMED ? group.map(({ what }) => what).join('; ') : `${group.length} facts hold`
    return findingOf(oracle, violations, named, `${violations.length} of ${group.length} facts do not hold`)
  })
}
