// Compiles the policy into the collector's processors: exclude, then hash, then patterns (in this order only).
import { stringify } from 'yaml'
import { excludeConditions } from './exclude.ts'
import { maskStatements } from './mask.ts'
import { ottl } from './ottl.ts'
import type { Policy } from './policy.ts'

const HASHED = '^sha256:[0-9a-f]{64}$'

const header = `# Compiled from stack/policy/sanitization.yaml; do not edit. Order: exclude, hash, mask; identities are never masked.
`

/** The text of stack/collector/sanitization.yaml. */
export function compilePolicy(policy: Policy): string {
  const document = {
    processors: {
      'filter/exclude': exclude(policy),
      'transform/hash': perPath((path) => hash(policy, path)),
      'transform/mask': perPath((path, body) => maskStatements(policy, path, body)),
    },
  }
  return header + stringify(document, { lineWidth: 0, defaultStringType: 'QUOTE_SINGLE', defaultKeyType: 'PLAIN' })
}

function exclude(policy: Policy): object {
  return {
    error_mode: 'ignore',
    logs: { log_record: excludeConditions(policy, 'log.attributes', 'log.body') },
    metrics: { datapoint: excludeConditions(policy, 'datapoint.attributes') },
  }
}

function hash(policy: Policy, path: string): string[] {
  return policy.filters.flatMap((filter) => {
    if (filter.type !== 'pii_hash') return []
    return [
      ...filter.fields.map((field) => hashStatement(`${path}[${ottl(field)}]`, '')),
      ...filter.fields_if_address.map((field) => {
        const target = `${path}[${ottl(field)}]`
        return hashStatement(target, ` and IsMatch(${target}, ${ottl('@')})`)
      }),
    ]
  })
}

function hashStatement(target: string, condition: string): string {
  // The mark before the hash makes hashing again, at the next layer, change nothing.
  const salted = `Concat(["\${env:TELEMETRY_HASH_SALT}", ${target}], "")`
  return `set(${target}, Concat(["sha256:", SHA256(${salted})], "")) where ${target} != nil and not IsMatch(${target}, ${ottl(HASHED)})${condition}`
}

function perPath(statements: (path: string, body?: string) => string[]): object {
  const common = () => [
    { context: 'resource', statements: statements('resource.attributes') },
    { context: 'scope', statements: statements('scope.attributes') },
  ]
  return {
    error_mode: 'ignore',
    log_statements: [...common(), { context: 'log', statements: statements('log.attributes', 'log.body') }],
    metric_statements: [...common(), { context: 'datapoint', statements: statements('datapoint.attributes') }],
  }
}
