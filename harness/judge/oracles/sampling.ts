// Head-based sampling by session: a session is kept whole or left out whole.
import type { Evidence } from '../model/evidence.ts'
import type { Finding } from '../model/verdict.ts'
import type { Matches } from './matching.ts'
import { mustBeStored } from './matching.ts'
import { findingOf, type Oracle } from './oracle.ts'

/** How many of a session's events must be stored, and how many are. */
interface Share {
  readonly wanted: number
  readonly there: number
  /** Whether any of its events is stored, also one that need not be. */
  readonly seen: boolean
}

/** The sessions of which at least one event must be stored. */
function sharesOf(matches: Matches): ReadonlyMap<string, Share> {
  const shares = new Map<string, Share>()
  for (const match of matches.events) {
    // The sampler looks at the record's attributes only.
    const session = match.offered[0]?.record.attributes['session.id']
    if (session === undefined) continue
    const { wanted, there, seen } = shares.get(session) ?? { wanted: 0, there: 0, seen: false }
    const must = mustBeStored(match) ? 1 : 0
    const stored = match.stored.length > 0
    shares.set(session, { wanted: wanted + must, there: there + (stored ? must : 0), seen: seen || stored })
  }
  return new Map([...shares].filter(([, { wanted }]) => wanted > 0))
}

/** Sessions that sampling left out: all of their events are missing. Empty at 100 %. */
export function sampledOut(evidence: Evidence, matches: Matches): ReadonlySet<string> {
  if (evidence.rules.samplingPercentage >= 100) return new Set()
  return new Set([...sharesOf(matches)].flatMap(([session, { seen }]) => (seen ? [] : [session])))
}

/** Judges that kept sessions are whole, and that their share is the percentage (within five standard deviations). */
export function samplingOracle(matches: Matches): Oracle {
  return {
    name: 'sampling',
    judge(evidence): Finding | undefined {
      const { samplingPercentage } = evidence.rules
      const share = samplingPercentage / 100
      const sessions = sharesOf(matches)
      if (share >= 1 || sessions.size === 0) return undefined
      const kept = sessions.size - sampledOut(evidence, matches).size
      const expected = sessions.size * share
      const tolerance = 5 * Math.sqrt(sessions.size * share * (1 - share))
      const torn = [...sessions].filter(([, { seen, wanted, there }]) => seen && there < wanted)
      const violations = torn.map(
        ([session, { wanted, there }]) => `session ${session} is torn: ${there} of ${wanted} events`,
      )
      if (Math.abs(kept - expected) > tolerance)
        violations.push(`${kept} of ${sessions.size} sessions kept, expected ${expected} ± ${tolerance.toFixed(1)}`)
      return findingOf(
        'sampling',
        violations,
        `${kept} of ${sessions.size} sessions kept at ${samplingPercentage} %, each of them whole`,
        `${kept} of ${sessions.size} sessions kept at ${samplingPercentage} %, ${torn.length} of them torn`,
      )
    },
  }
}
