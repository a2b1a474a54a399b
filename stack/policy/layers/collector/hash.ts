// Compiles the policy's hashes: a mark, and the sha256 of the team's salt and the value.
import { ID, IDENTIFYING } from '../../identity.ts'
import type { Policy } from '../../policy.ts'
import { ottl } from './ottl.ts'

export const HASHED = 'sha256:[0-9a-f]{64}'

/** The attributes that hold a hash, whatever their value was. */
export function alwaysHashed(policy: Policy): string[] {
  return policy.filters.flatMap((filter) => (filter.type === 'pii_hash' ? filter.fields : []))
}

/** The statements for the attributes in a map. */
export function hashStatements(policy: Policy, map: string): string[] {
  const statement = (field: string, condition: (target: string) => string) => {
    const target = `${map}[${ottl(field)}]`
    const salted = `Concat(["\${env:TELEMETRY_HASH_SALT}", ${target}], "")`
    // The mark before the hash makes hashing again, at the next layer, change nothing.
    return `set(${target}, Concat(["sha256:", SHA256(${salted})], "")) where ${target} != nil and ${condition(target)}`
  }
  const unless = (pattern: string) => (target: string) => `not IsMatch(${target}, ${ottl(`^(?:${pattern})$`)})`
  return [
    ...policy.filters.flatMap((filter) =>
      filter.type === 'pii_hash'
        ? [
            ...filter.fields.map((field) => statement(field, unless(HASHED))),
            ...filter.fields_if_address.map((field) =>
              statement(field, (target) => `IsMatch(${target}, "@") and ${unless(HASHED)(target)}`),
            ),
          ]
        : [],
    ),
    ...IDENTIFYING.map((name) => statement(name, unless(ID))),
  ]
}
