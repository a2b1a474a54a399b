// The oracle of privacy: what was planted is found nowhere.
import { findingOf, type Oracle } from './oracle.ts'

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
