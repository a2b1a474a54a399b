// What a relay says of the privacy policy that it runs.
import type { PolicyStatus } from '../sanitizer/sanitizer.ts'

/** A sentence, without any name. */
export function policyLine({ policy, rules, names, hashes, failure }: PolicyStatus): string {
  const identities = hashes ? 'identities are hashed' : 'identities are removed, as TELEMETRY_HASH_SALT is not set'
  const stale = failure === '' ? '' : ` A newer one is not in force: ${failure}.`
  return `Policy ${policy}: ${rules} rules and ${names} names; ${identities}.${stale}`
}
