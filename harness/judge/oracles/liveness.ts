// The oracle of liveness: the stack comes to rest in time.
import { findingOf, type Oracle } from './oracle.ts'

/** What was accepted must arrive within the limit, once nothing stands in its way. */
export const livenessOracle: Oracle = {
  name: 'liveness',
  judge({ drain, offered }) {
    if (offered.length === 0) return undefined
    return findingOf(
      'liveness',
      drain.drained ? [] : [drain.note],
      `drained in ${Math.round(drain.waitedMs)} ms`,
      `not drained after ${Math.round(drain.waitedMs)} ms`,
    )
  },
}
