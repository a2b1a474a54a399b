// Compiles the policy into the collector's processors: exclude, then hash, then patterns (in this order only).
import { stringify } from 'yaml'
import type { Policy } from '../../policy.ts'
import { excludeCondition, excludeGroups } from './exclude.ts'
import { hashStatements } from './hash.ts'
import { maskGroups, type Place } from './mask.ts'

const header = `# Compiled from stack/policy/sanitization.yaml; do not edit. Order: exclude, hash, mask; what tells people and events apart is hashed whole or stays.
`

const LOGS: Place = {
  context: 'log',
  map: 'log.attributes',
  beside: ['log.body', 'log.event_name', 'log.severity_text'],
  rare: Infinity,
  hasNames: true,
}
const METRICS: Place = {
  context: 'datapoint',
  map: 'datapoint.attributes',
  beside: ['metric.name', 'metric.description', 'metric.unit'],
  rare: 0,
  hasNames: false,
}

/** Nothing keeps what exemplars say, and the queue must not either. */
const WITHOUT_EXEMPLARS = {
  context: 'exemplar',
  statements: ['delete_matching_keys(exemplar.filtered_attributes, "")'],
}

/** The text of stack/collector/sanitization.yaml. */
export function compilePolicy(policy: Policy): string {
  const hash = (context: string) =>
    ['resource', 'scope', context].map((each) => ({
      context: each,
      statements: hashStatements(policy, `${each}.attributes`),
    }))
  const mask = (place: Place) => maskGroups(policy, place)
  const document = {
    processors: {
      'transform/exclude': {
        error_mode: 'ignore',
        log_statements: excludeGroups(policy, 'log', 'log.body'),
        metric_statements: excludeGroups(policy, 'datapoint'),
      },
      'filter/exclude': {
        error_mode: 'ignore',
        logs: { log_record: [excludeCondition('log.attributes')] },
        metrics: { datapoint: [excludeCondition('datapoint.attributes')] },
      },
      'transform/hash': { error_mode: 'ignore', log_statements: hash('log'), metric_statements: hash('datapoint') },
      'transform/mask': {
        error_mode: 'ignore',
        log_statements: mask(LOGS),
        metric_statements: [WITHOUT_EXEMPLARS, ...mask(METRICS)],
      },
    },
  }
  return header + stringify(document, { lineWidth: 0, defaultStringType: 'QUOTE_SINGLE', defaultKeyType: 'PLAIN' })
}
