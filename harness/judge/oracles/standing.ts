// The oracles that need no matching: liveness, availability, the collector's counters, privacy, the last line, comparisons.
import { isDeepStrictEqual } from 'node:util'
import type { Finding } from '../model/verdict.ts'
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

/** Refusing everything would be safe and useless: refusals and the time to an answer are bounded. */
export const availabilityOracle: Oracle = {
  name: 'availability',
  judge({ sent, rules }) {
    if (sent.length === 0) return undefined
    const refused = sent.filter(({ answer }) => answer.kind !== 'accepted')
    const slow = sent.filter(({ ackMs }) => ackMs > rules.maxAckMs)
    const slowestMs = Math.round(sent.reduce((slowest, { ackMs }) => Math.max(slowest, ackMs), 0))
    const faults = [
      ...(refused.length > rules.maxRefusedBatches
        ? refused.map(({ answer }) => (answer.kind === 'accepted' ? '' : `${answer.kind}: ${answer.message}`))
        : []),
      ...slow.map(({ ackMs }) => `answered after ${Math.round(ackMs)} ms, limit ${rules.maxAckMs} ms`),
    ]
    return findingOf(
      'availability',
      faults,
      `${sent.length - refused.length} of ${sent.length} requests accepted (at most ${rules.maxRefusedBatches} may be refused), slowest answer ${slowestMs} ms`,
      `${refused.length} of ${sent.length} requests not accepted, ${slow.length} answered too late`,
    )
  },
}

/**
 * The collector's own story must be ours: it accepted what was acknowledged, refused no more than what was not, handed on
 * what the policy and the sampler keep, and failed to send nothing.
 */
export function countersOracle(sampledOut: ReadonlySet<string>): Oracle {
  return {
    name: 'counters',
    judge({ counters, rules, sent, offered }) {
      if (!rules.counters || offered.length === 0) return undefined
      if (counters === null)
        return { oracle: 'counters', verdict: 'unknown', message: 'the collector told no counters', examples: [] }
      const inBatches = (signal: Signal, kinds: readonly string[]) =>
        sent.reduce(
          (sum, entry) => (entry.signal === signal && kinds.includes(entry.answer.kind) ? sum + entry.records : sum),
          0,
        )
      const kept = (signal: Signal) =>
        offered.filter(
          ({ record, answer }) =>
            record.signal === signal &&
            answer === 'accepted' &&
            record.fate === 'store' &&
            !(signal === 'logs' && sampledOut.has(record.attributes['session.id'] ?? '')),
        ).length
      const faults: string[] = []
      const expect = (what: string, actual: number, expected: number) => {
        if (actual !== expected) faults.push(`${what}: the collector says ${actual}, the ledger ${expected}`)
      }
      const atMost = (what: string, actual: number, limit: number) => {
        if (actual > limit) faults.push(`${what}: the collector says ${actual}, the ledger at most ${limit}`)
      }
      expect('log records accepted', counters.acceptedLogs, inBatches('logs', ['accepted']))
      expect('data points accepted', counters.acceptedPoints, inBatches('metrics', ['accepted']))
      atMost('log records refused', counters.refusedLogs, inBatches('logs', NOT_ACCEPTED))
      atMost('data points refused', counters.refusedPoints, inBatches('metrics', NOT_ACCEPTED))
      expect('log records handed on', counters.sentLogs, kept('logs'))
      expect('data points handed on', counters.sentPoints, kept('metrics'))
      expect('log records failed to send', counters.failedLogs, 0)
      expect('data points failed to send', counters.failedPoints, 0)
      return findingOf(
        'counters',
        faults,
        `the collector counts ${counters.acceptedLogs} log records and ${counters.acceptedPoints} data points too`,
        'the collector tells another story',
      )
    },
  }
}

type Signal = 'logs' | 'metrics'
const NOT_ACCEPTED = ['refused', 'partial', 'indeterminate']

/** No private text that was planted may be found in any table or log. */
export const privacyOracle: Oracle = {
  name: 'privacy',
  judge({ leaks, planted }) {
    if (planted === 0) return undefined
    return findingOf(
      'privacy',
      leaks,
      `none of ${planted} private texts is in any table or log`,
      `${leaks.length} private texts were stored`,
    )
  },
}

/** The collector's policy must have done the work: the database's last line had nothing left to do. */
export const lastLineOracle: Oracle = {
  name: 'last-line',
  judge({ audited, rules, offered }) {
    if (offered.length === 0) return undefined
    return findingOf(
      'last-line',
      audited > rules.maxAudited ? [`${audited} records, at most ${rules.maxAudited}`] : [],
      `the database's last line acted on ${audited} records`,
      'the database had to mask what the collector should have masked',
    )
  },
}

/** So many facts that hold are told in words: figures are among them. */
const MAX_NAMED = 4

/** One finding for each oracle that comparisons name. */
export function judgeComparisons(
  comparisons: readonly { oracle: string; what: string; expected: unknown; actual: unknown }[],
): Finding[] {
  return [...Map.groupBy(comparisons, ({ oracle }) => oracle)].map(([oracle, group]) => {
    const faults = group
      .filter(({ expected, actual }) => !isDeepStrictEqual(expected, actual))
      .map(({ what, expected, actual }) => `${what}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`)
    const named = group.length <= MAX_NAMED ? group.map(({ what }) => what).join('; ') : `${group.length} facts hold`
    return findingOf(oracle, faults, named, `${faults.length} of ${group.length} facts do not hold`)
  })
}
