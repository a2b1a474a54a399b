// The oracle of availability: requests are accepted, and answered in time.
import { findingOf, type Oracle } from './oracle.ts'

/** Refusing everything would be safe and useless: refusals and the time to an answer are bounded. */
export const availabilityOracle: Oracle = {
  name: 'availability',
  judge({ sent, rules }) {
    if (sent.length === 0) return undefined
    const refused = sent.filter(({ answer }) => answer.kind !== 'accepted')
    const slow = sent.filter(({ ackMs }) => ackMs > rules.maxAckMs)
    const slowestMs = Math.round(sent.reduce((slowest, { ackMs }) => Math.max(slowest, ackMs), 0))
    const violations = [
      ...(refused.length > rules.maxRefusedBatches
        ? refused.map(({ answer }) => (answer.kind === 'accepted' ? '' : `${answer.kind}: ${answer.message}`))
        : []),
      ...slow.map(({ ackMs }) => `answered after ${Math.round(ackMs)} ms, limit ${rules.maxAckMs} ms`),
    ]
    return findingOf(
      'availability',
      violations,
      `${sent.length - refused.length} of ${sent.length} requests accepted (at most ${rules.maxRefusedBatches} may be refused), slowest answer ${slowestMs} ms`,
      `${refused.length} of ${sent.length} requests not accepted, ${slow.length} answered too late`,
    )
  },
}
