// The oracles of bulk loads: the accounts of all requests, and what keeps them from being judged.
import type { Evidence } from '../model/evidence.ts'
import type { Finding } from '../model/verdict.ts'
import { findingOf, type Oracle } from './oracle.ts'

/** Nothing acknowledged is lost, nothing is there twice, changed, or although it was refused. */
export const bulkAccountingOracle: Oracle = {
  name: 'accounting',
  judge({ bulk }) {
    if (bulk === undefined) return undefined
    const { lost, duplicated, corrupted, unexpected, examples, acknowledged, offered, stored, about } = bulk
    const wrong = lost + duplicated + corrupted + unexpected
    const failed = `${lost} lost, ${duplicated} duplicated, ${corrupted} corrupted, ${unexpected} unexpected; ${about}`
    // A deviation without an example is one all the same.
    const violations = wrong === 0 ? [] : examples.length > 0 ? examples : [failed]
    const passed = `${acknowledged} of ${offered} events acknowledged, ${stored} stored, each with what was sent; ${about}`
    return findingOf('accounting', violations, passed, failed)
  },
}

/** One finding for each doubt: it makes the verdict unknown, never a pass. */
export function judgeDoubts({ doubts = [] }: Evidence): Finding[] {
  return doubts.map(({ oracle, why }) => ({ oracle, verdict: 'unknown', message: why, examples: [] }))
}
