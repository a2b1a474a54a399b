// Head-based sampling by session: a session is kept whole or left out whole.
import type { Evidence } from '../evidence.ts'
import type { Finding } from '../verdict.ts'
import type { Matches } from './matching.ts'
import { mustBeStored } from './matching.ts'
import { findingOf, type Oracle } from './oracle.ts'

/** Sessions that sampling left out: all of their events are missing. Empty at 100 %. */
export function sampledOut(evidence: Evidence, matches: Matches): ReadonlySet<string> {
  if (evidence.rules.samplingPercentage >= 100) return new Set()
  const kept = new Set<string>()
  const all = new Set<string>()
  for (const match of matches.events) {
    const session = match.offered[0]?.record.attributes['session.id']
    if (session === undefined || !mustBeStored(match)) continue
    all.add(session)
    if (match.stored.length > 0) kept.add(session)
  }
  return new Set([...all].filter((session) => !kept.has(session)))
}

/** Judges that the share of sessions kept is what the percentage says (within five standard deviations of the binomial). */
export function samplingOracle(matches: Matches): Oracle {
  return {
    name: 'sampling',
    judge(evidence): Finding | undefined {
      const share = evidence.rules.samplingPercentage / 100
      if (share >= 1) return undefined
      const sessions = new Set(
        evidence.offered.flatMap(({ record }) =>
          record.signal === 'logs' ? (record.attributes['session.id'] ?? []) : [],
        ),
      )
      const kept = sessions.size - sampledOut(evidence, matches).size
      const expected = sessions.size * share
      const tolerance = 5 * Math.sqrt(sessions.size * share * (1 - share))
      const fault = Math.abs(kept - expected) > tolerance
      return findingOf(
        'sampling',
        fault ? [`${kept} of ${sessions.size} sessions kept, expected ${expected} ± ${tolerance.toFixed(1)}`] : [],
        `${kept} of ${sessions.size} sessions kept at ${evidence.rules.samplingPercentage} %, each of them whole`,
        `the share of sessions kept is not ${evidence.rules.samplingPercentage} %`,
      )
    },
  }
}
