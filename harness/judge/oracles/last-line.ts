// The oracle of the last line: the database had nothing to mask that the collector should have masked.
import { findingOf, type Oracle } from './oracle.ts'

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
