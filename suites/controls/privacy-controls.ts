// Sabotages of what keeps planted secrets out of every byte at rest: a rule, a field, an encoding, a layer; and of what keeps the rest as it is.
import type { Control, Edit } from './control.ts'

const policy = 'policy/sanitization.yaml'
const NOTHING = "pattern: '(n)(o)( )(s)(u)(c)(h) text'"

/** The rule looks for something that is nowhere. */
const withoutRule = (name: string): Edit => ({
  file: policy,
  from: new RegExp(
    `(?<=name: ${name}\\n(?:    after: .*\\n)?    )pattern: .*(?:\\n    unless:(?:\\n      - .*|\\n      # .*)+)?`,
  ),
  to: NOTHING,
})
/** Exceptions are what makes a value no secret. */
const withoutExceptions = (name: string): Edit => ({
  file: policy,
  from: new RegExp(
    `(?<=name: ${name}\\n(?:    after: .*\\n)?    pattern: .*)\\n    unless:(?:\\n      - .*|\\n      # .*)+`,
  ),
  to: '',
})

const atRest = (id: string, sabotage: string, ...edits: readonly Edit[]): Control => ({
  id,
  sabotage,
  scenario: 'sanitization/at-rest',
  oracle: 'sanitization',
  edits,
})

export const privacyControls: readonly Control[] = [
  atRest('no-bearer-rule', 'takes the rule for bearer tokens out of the policy', withoutRule('bearer token')),
  atRest(
    'no-block-rule',
    'takes the rule for private keys, which have several lines, out of the policy',
    withoutRule('private key'),
  ),
  atRest('one-escape-less', 'sees through one escape of JSON only', {
    file: policy,
    from: /^ {2}quote: '[^|]*/m,
    to: "  quote: '\\\\{0,1}[\"''`]",
  }),
  atRest('no-percent-signs', 'does not see through percent-encoding between a name and its value', {
    file: policy,
    from: "  equals: '=|%3D'\n",
    to: "  equals: '='\n",
  }),
  atRest('no-telling-names', 'does not look at the names of attributes', {
    file: policy,
    from: "pattern: '(?:{password}|{token}|(?i:cookie))$'",
    to: "pattern: 'no_such_name$'",
  }),
  atRest('client-masks-nothing', 'parks and delivers requests at the client as they came', {
    file: 'client/sanitizer/sanitizer.ts',
    from: 'if (body === message.body) return message',
    to: 'if (body !== undefined) return message',
  }),
  atRest('no-mask-of-metrics', 'leaves the masking of data points out of the pipeline', {
    file: 'collector/config.yaml',
    from: 'filter/exclude, transform/hash, transform/mask]',
    to: 'filter/exclude, transform/hash]',
  }),
  atRest('no-last-line-of-metrics', 'masks no data point in the database', {
    file: 'clickhouse/schema/005-metric-points.sql',
    from: 'telemetry_mask_all(masked, names, raw_texts) AS texts',
    to: 'raw_texts AS texts',
  }),
  atRest('severity-as-it-came', 'keeps the text of the severity as it came', {
    file: 'clickhouse/schema/004-log-records.sql',
    from: 'texts[3] AS severity_text',
    to: 'raw_texts[3] AS severity_text',
  }),
  atRest('names-as-they-came', 'masks the values of attributes in the database, and not their names', {
    file: 'clickhouse/schema/002-functions.sql',
    from: "arrayConcat(arrayWithConstant(length(attributes), ''), mapKeys(attributes))",
    to: "arrayConcat(arrayWithConstant(length(attributes), 'event.name'), mapKeys(attributes))",
  }),
  atRest('told-values-kept', 'keeps values under a telling name in the database', {
    file: 'clickhouse/schema/002-functions.sql',
    from: 'telemetry_told(name), telemetry_told_value(telemetry_valid(text)),',
    to: 'false, text,',
  }),
  atRest('identities-kept', 'keeps identities in the database as they came', {
    file: 'clickhouse/schema/002-functions.sql',
    from: 'telemetry_identifies(name), telemetry_identity(name, telemetry_valid(text)),',
    to: 'false, text,',
  }),
  atRest('placeholders-are-secrets', 'takes placeholders for secrets', {
    file: policy,
    from: /^ {2}placeholder: .*$/m,
    to: "  placeholder: '<no such placeholder>'",
  }),
  atRest(
    'files-are-addresses',
    'takes the names of files with an @ for addresses',
    withoutExceptions('e-mail address'),
  ),
  atRest(
    'sums-are-phone-numbers',
    'takes sums, versions and times for phone numbers',
    withoutExceptions('phone number'),
  ),
  {
    id: 'mask-before-hash',
    sabotage: 'masks before it hashes, so that people become one',
    scenario: 'sanitization/identities',
    oracle: 'fidelity',
    edits: [
      {
        file: 'collector/config.yaml',
        from: 'transform/hash, transform/mask, probabilistic_sampler',
        to: 'transform/mask, transform/hash, probabilistic_sampler',
      },
    ],
  },
  {
    id: 'no-salt',
    sabotage: 'hashes with a salt that everybody knows',
    scenario: 'sanitization/identities',
    oracle: 'fidelity',
    edits: [
      {
        file: 'compose.yaml',
        from: /(?<=otel-collector:[\s\S]*?)TELEMETRY_HASH_SALT: \$\{TELEMETRY_HASH_SALT:\?set it in stack\/\.env\}/,
        to: 'TELEMETRY_HASH_SALT: known',
      },
    ],
  },
  {
    id: 'one-directory-forgotten',
    sabotage: 'leaves one directory out of the path filter',
    scenario: 'sanitization/excluded-paths',
    oracle: 'accounting',
    edits: [{ file: policy, from: '"*/proprietary/*", ', to: '' }],
  },
  {
    id: 'unaudited',
    sabotage: 'masks in the database and counts nothing of it',
    scenario: 'sanitization/last-line',
    oracle: 'audit',
    edits: [
      {
        file: 'clickhouse/schema/002-functions.sql',
        from: "if(unmasked, 'pattern', '')",
        to: "if(unmasked, '', '')",
      },
    ],
  },
]
