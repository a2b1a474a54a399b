// Compiles the policy into the collector's processors: exclude, then hash, then patterns (in this order only).
import { stringify } from 'yaml'
import type { Policy } from './policy.ts'

const HASHED = '^sha256:[0-9a-f]{64}$'
// What identifies people and events: a pattern never rewrites it, or different people would become one.
export const IDENTIFYING =
  '^(user\\..*|event\\..*|session\\.id|organization\\.id|prompt\\.id|tool_use_id|request_id|client_request_id|message\\.uuid)$'

const header = `# Compiled from stack/policy/sanitization.yaml; do not edit. Order: exclude, hash, mask; identities are never masked.
`

/** The text of stack/collector/sanitization.yaml. */
export function compilePolicy(policy: Policy): string {
  const document = {
    processors: {
      'filter/exclude': exclude(policy),
      'transform/hash': hash(policy),
      'transform/mask': mask(policy),
    },
  }
  return header + stringify(document, { lineWidth: 0, defaultStringType: 'QUOTE_SINGLE', defaultKeyType: 'PLAIN' })
}

function exclude(policy: Policy): object {
  const directories = policy.filters.flatMap((filter) =>
    filter.type === 'path_filter' ? filter.patterns.map((pattern) => pattern.slice(2, -2)) : [],
  )
  // A pattern that matches nothing keeps the processor valid when the policy excludes nothing.
  const pattern = directories.length === 0 ? '^\\b$' : `[/\\\\](?:${directories.map(quoteRegex).join('|')})[/\\\\]`
  return {
    error_mode: 'ignore',
    logs: { log_record: [`IsMatch(log.attributes, ${ottl(pattern)})`, `IsMatch(log.body, ${ottl(pattern)})`] },
    metrics: { datapoint: [`IsMatch(datapoint.attributes, ${ottl(pattern)})`] },
  }
}

function hash(policy: Policy): object {
  const statements = (path: string) =>
    policy.filters.flatMap((filter) => {
      if (filter.type !== 'pii_hash') return []
      return [
        ...filter.fields.map((field) => hashStatement(`${path}[${ottl(field)}]`, '')),
        ...filter.fields_if_address.map((field) => {
          const target = `${path}[${ottl(field)}]`
          return hashStatement(target, ` and IsMatch(${target}, ${ottl('@')})`)
        }),
      ]
    })
  return perPath(statements)
}

function hashStatement(target: string, condition: string): string {
  // The mark before the hash makes hashing again, at the next layer, change nothing.
  const salted = `Concat(["\${env:TELEMETRY_HASH_SALT}", ${target}], "")`
  return `set(${target}, Concat(["sha256:", SHA256(${salted})], "")) where ${target} != nil and not IsMatch(${target}, ${ottl(HASHED)})${condition}`
}

function mask(policy: Policy): object {
  const rules = policy.filters.flatMap((filter) => (filter.type === 'regex' ? [filter] : []))
  const statements = (path: string) => {
    const cache = `${path.split('.')[0]}.cache["identity"]`
    return [
      `set(${cache}, ${path})`,
      `keep_matching_keys(${cache}, ${ottl(IDENTIFYING)})`,
      ...rules.map(
        (rule) => `replace_all_patterns(${path}, "value", ${ottl(rule.pattern)}, ${ottl(rule.replacement)})`,
      ),
      `merge_maps(${path}, ${cache}, "upsert")`,
    ]
  }
  const body = rules.map(
    (rule) => `replace_pattern(log.body, ${ottl(rule.pattern)}, ${ottl(rule.replacement)}) where IsString(log.body)`,
  )
  return perPath(statements, body)
}

function perPath(statements: (path: string) => string[], body: string[] = []): object {
  return {
    error_mode: 'ignore',
    log_statements: [
      { context: 'resource', statements: statements('resource.attributes') },
      { context: 'scope', statements: statements('scope.attributes') },
      { context: 'log', statements: [...statements('log.attributes'), ...body] },
    ],
    metric_statements: [
      { context: 'resource', statements: statements('resource.attributes') },
      { context: 'scope', statements: statements('scope.attributes') },
      { context: 'datapoint', statements: statements('datapoint.attributes') },
    ],
  }
}

/** A string literal of OTTL inside the collector's configuration, where `$` stands for a variable and `$$` for itself. */
function ottl(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  return `"${escaped.replaceAll('$', '$$$$')}"`
}

function quoteRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
