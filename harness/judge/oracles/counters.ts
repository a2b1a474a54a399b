// The oracle of the collector's own counters: they agree with the ledger.
import { findingOf, type Oracle } from './oracle.ts'

type Signal = 'logs' | 'metrics'
const NOT_ACCEPTED = ['refused', 'partial', 'indeterminate']

/**
 * The collector's counters must agree with the ledger: it accepted what was acknowledged, refused no more than what was not, exported
 * what the policy and the sampler keep, and failed to send nothing.
 */
export function countersOracle(sampledOut: ReadonlySet<string>): Oracle {
  return {
    name: 'counters',
    judge({ counters, rules, sent, offered }) {
      if (!rules.counters || offered.length === 0) return undefined
      if (counters === null)
        return { oracle: 'counters', verdict: 'unknown', message: 'the collector reported no counters', examples: [] }
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
      const violations: string[] = []
      const expect = (what: string, actual: number, expected: number) => {
        if (actual !== expected) violations.push(`${what}: the collector counts ${actual}, the ledger ${expected}`)
      }
      const atMost = (what: string, actual: number, limit: number) => {
        if (actual > limit) violations.push(`${what}: the collector counts ${actual}, the ledger at most ${limit}`)
      }
      expect('log records accepted', counters.acceptedLogs, inBatches('logs', ['accepted']))
      expect('data points accepted', counters.acceptedPoints, inBatches('metrics', ['accepted']))
      atMost('log records refused', counters.refusedLogs, inBatches('logs', NOT_ACCEPTED))
      atMost('data points refused', counters.refusedPoints, inBatches('metrics', NOT_ACCEPTED))
      expect('log records exported', counters.sentLogs, kept('logs'))
      expect('data points exported', counters.sentPoints, kept('metrics'))
      expect('log records failed to send', counters.failedLogs, 0)
      expect('data points failed to send', counters.failedPoints, 0)
      return findingOf(
        'counters',
        violations,
        `the collector counts ${counters.acceptedLogs} log records and ${counters.acceptedPoints} data points too`,
        'collector counters disagree with the ledger',
      )
    },
  }
}
