// A relay's status as a person reads it.
import { policyLine } from './policy-line.ts'
import type { RelayStatus } from './relay.ts'

/** Lines, without any text of an event. */
export function renderStatus({
  pid,
  events,
  policy,
  buffer,
}: Omit<RelayStatus, 'policy'> & Partial<RelayStatus>): string[] {
  const { mode, backend, parked, delivered, lastFailure } = buffer
  return [
    `The relay (process ${pid}) is ${mode}, for ${backend}: ${events} events came, ${delivered} were delivered, ${parked.events} wait on disk.`,
    ...(lastFailure === '' ? [] : [lastFailure]),
    ...(policy
      ? [policyLine(policy), `It has changed ${policy.changed} requests, and left out ${policy.excluded} events.`]
      : ['It is of a version that masks nothing: start it again.']),
  ]
}
