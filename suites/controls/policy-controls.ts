// Sabotages of the policy and of each place where it is applied: the pipelines of the collector, and the database.
import type { Control } from './control.ts'

const collector = 'collector/config.yaml'
const EMAIL_PATTERN = /name: e-mail address\n {4}pattern: .*/
const METRICS_PIPELINE =
  'processors: [memory_limiter, transform/guard, transform/row_size, transform/unset, transform/exclude, filter/exclude, transform/hash, transform/mask]'

export const policyControls: readonly Control[] = [
  {
    id: 'no-mask',
    sabotage: 'leaves the masking of texts out of the pipeline',
    scenario: 'sanitization/captures',
    oracle: 'last-line',
    edits: [{ file: collector, from: 'transform/mask, probabilistic_sampler', to: 'probabilistic_sampler' }],
  },
  {
    id: 'no-email-rule',
    sabotage: 'removes the e-mail rule from the policy',
    scenario: 'sanitization/captures',
    oracle: 'privacy',
    edits: [
      {
        file: 'policy/sanitization.yaml',
        from: EMAIL_PATTERN,
        to: "name: e-mail address\n    pattern: '(no )such text'",
      },
    ],
  },
  {
    id: 'no-hash',
    sabotage: 'does not hash identities',
    scenario: 'sanitization/identities',
    oracle: 'fidelity',
    edits: [
      {
        file: collector,
        from: 'transform/hash, transform/mask, probabilistic_sampler',
        to: 'transform/mask, probabilistic_sampler',
      },
    ],
  },
  {
    id: 'no-hash-of-metrics',
    sabotage: 'does not hash the identities of data points',
    scenario: 'sanitization/dense-grpc',
    oracle: 'last-line',
    edits: [
      {
        file: collector,
        from: METRICS_PIPELINE,
        to: METRICS_PIPELINE.replace('transform/hash, ', ''),
      },
    ],
  },
  {
    id: 'no-exclusion-of-metrics',
    sabotage: 'does not leave out data points that touch secret directories',
    scenario: 'sanitization/excluded-paths',
    oracle: 'last-line',
    edits: [
      {
        file: collector,
        from: METRICS_PIPELINE,
        to: METRICS_PIPELINE.replace('transform/exclude, filter/exclude, ', ''),
      },
    ],
  },
  {
    id: 'no-exclusion',
    sabotage: 'does not leave out what touches secret directories',
    scenario: 'sanitization/excluded-paths',
    oracle: 'last-line',
    edits: [
      {
        file: collector,
        from: 'transform/guard, transform/row_size, transform/unset, transform/exclude, filter/exclude, transform/hash, transform/mask, probabilistic_sampler',
        to: 'transform/guard, transform/row_size, transform/unset, transform/hash, transform/mask, probabilistic_sampler',
      },
    ],
  },
  {
    id: 'greedy-mask',
    sabotage: 'masks more than what is private',
    scenario: 'sanitization/dense-grpc',
    oracle: 'fidelity',
    edits: [
      {
        file: 'policy/sanitization.yaml',
        from: EMAIL_PATTERN,
        to: String.raw`name: e-mail address
    pattern: '()[^\s]{0,60}@[^\s]{0,60}'`,
      },
    ],
  },
  {
    id: 'no-last-line',
    sabotage: 'masks nothing in the database',
    scenario: 'sanitization/last-line',
    oracle: 'privacy',
    edits: [
      {
        file: 'clickhouse/schema/002-functions.sql',
        from: 'AND telemetry_may_match(text), names, texts)',
        to: 'AND false, names, texts)',
      },
    ],
  },
  {
    id: 'forgotten-come-back',
    sabotage: 'does not ask who has been forgotten when something comes',
    scenario: 'security/forgotten',
    oracle: 'security',
    edits: [
      {
        file: 'clickhouse/schema/004-log-records.sql',
        from: 'telemetry_forgotten(LogAttributes, ResourceAttributes) AS is_forgotten',
        to: 'false AS is_forgotten',
      },
    ],
  },
  {
    id: 'forgotten-by-name-only',
    sabotage: 'forgets only what names the person, not what names nobody in their sessions',
    scenario: 'security/forgotten',
    oracle: 'security',
    edits: [
      {
        file: 'clickhouse/schema/003-forgotten.sql',
        from: 'telemetry_session_mark(telemetry_session(record, resource)) IN (SELECT mark FROM telemetry.forgotten)',
        to: 'false',
      },
    ],
  },
]
