// Judges the evidence of one scenario. Pure: the same evidence always gets the same verdict, online and from the history.
import type { BulkTally } from './model/bulk-tally.ts'
import type { Evidence, ExpectedRecordText, Offered } from './model/evidence.ts'
import type { Tally } from './model/tally.ts'
import { type Finding, type Verdict, worstVerdict } from './model/verdict.ts'
import { accountingOracle, accountsOf } from './oracles/accounting.ts'
import { availabilityOracle } from './oracles/availability.ts'
import { bulkAccountingOracle, judgeDoubts } from './oracles/bulk.ts'
import { judgeComparisons } from './oracles/checks.ts'
import { countersOracle } from './oracles/counters.ts'
import { faultOracle } from './oracles/fault.ts'
import { corruptedOf, fidelityOracle } from './oracles/fidelity.ts'
import { lastLineOracle } from './oracles/last-line.ts'
import { livenessOracle } from './oracles/liveness.ts'
import { type Matches, matchAll, mustBeStored } from './oracles/matching.ts'
import { judgeMeasurements } from './oracles/measurements.ts'
import { privacyOracle } from './oracles/privacy.ts'
import { sampledOut, samplingOracle } from './oracles/sampling.ts'
import { typedOracle } from './oracles/typed.ts'

export interface Judgement {
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  readonly tally: Tally
}

export function judge(evidence: Evidence): Judgement {
  const matches = matchAll(evidence)
  const sampled = sampledOut(evidence, matches)
  const accounts = accountsOf(evidence, matches, sampled)
  const corrupted = corruptedOf(evidence, matches)
  const oracles = [
    accountingOracle(accounts),
    bulkAccountingOracle,
    faultOracle,
    fidelityOracle(corrupted),
    typedOracle,
    privacyOracle,
    lastLineOracle,
    samplingOracle(matches),
    countersOracle(sampled),
    availabilityOracle,
    livenessOracle,
  ]
  const findings = [
    ...oracles.flatMap((oracle) => oracle.judge(evidence) ?? []),
    ...judgeComparisons(evidence.comparisons),
    ...judgeMeasurements(evidence.measurements),
    ...judgeDoubts(evidence),
  ]
  const { repeated, excluded, unacknowledged } = leftOut(matches)
  const counted = (kind: string) => evidence.offered.filter(({ answer }) => answer === kind).length
  const sampledEvents = matches.events.filter(
    (match) => mustBeStored(match) && sampled.has(match.offered[0]?.record.attributes['session.id'] ?? ''),
  )
  const { bulk } = evidence
  const tally: Tally = {
    offered: evidence.offered.length + (bulk?.offered ?? 0),
    acknowledged: counted('accepted') + (bulk?.acknowledged ?? 0),
    refused: counted('refused') + (bulk?.refused ?? 0),
    indeterminate: counted('indeterminate') + counted('partial') + (bulk?.indeterminate ?? 0),
    repeated,
    excluded,
    sampled: sampledEvents.length,
    unacknowledged: unacknowledged + (bulk === undefined ? 0 : bulkUnacknowledged(bulk)),
    stored: evidence.events.length + evidence.points.length + (bulk?.stored ?? 0),
    lost: accounts.lost.length + (bulk?.lost ?? 0),
    duplicated: accounts.duplicated.length + (bulk?.duplicated ?? 0),
    corrupted: corrupted.length + (bulk?.corrupted ?? 0),
    unexpected: accounts.unexpected.length + (bulk?.unexpected ?? 0),
    leaked: evidence.leaks.length,
  }
  // A scenario without any finding has proven nothing.
  return {
    verdict: findings.length === 0 ? 'unknown' : worstVerdict(findings.map(({ verdict }) => verdict)),
    findings,
    tally,
  }
}

/** Of what was offered and is neither stored nor missed: why it is not a row of its own. */
function leftOut(matches: Matches): Pick<Tally, 'repeated' | 'excluded' | 'unacknowledged'> {
  let [repeated, excluded, unacknowledged] = [0, 0, 0]
  for (const match of [...matches.events, ...matches.points]) {
    const offers: readonly Pick<Offered, 'record'>[] = match.offered
    const kept = offers.filter(({ record }) => record.fate === 'store').length
    // Of an event that the policy leaves out every offer is left out.
    excluded += offers.length - kept
    if (kept === 0) continue
    repeated += kept - 1
    if (match.stored.length === 0 && !mustBeStored<ExpectedRecordText, unknown>(match)) unacknowledged += 1
  }
  return { repeated, excluded, unacknowledged }
}

/** Of a bulk load: what was not acknowledged, less what is stored all the same. */
function bulkUnacknowledged({ offered, acknowledged, stored, lost, duplicated, unexpected }: BulkTally): number {
  return offered - acknowledged - (stored - duplicated - unexpected - (acknowledged - lost))
}
