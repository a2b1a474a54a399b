// biome-ignore-all lint/suspicious/noTemplateCurlyInString: groups in replacements look like template strings
import { expect, test } from 'vitest'
import { parseYaml } from '../../core/yaml-file.ts'
import { policySchema } from '../../stack/policy/policy.ts'
import { policySanitizer } from './sanitizer.ts'

const policy = parseYaml(
  `version: 1
filters:
  - { type: path_filter, patterns: ["*/secret/*"], action: exclude }
  - { type: pii_hash, hash_algorithm: sha256, fields: [user.name] }
  - { type: regex, pattern: '(?i)(pass)=[a-z]+', replacement: '\${1}=[A]' }
  - { type: regex, match: key, pattern: 'token$', replacement: '[A]' }
`,
  'policy.yaml',
  policySchema,
)

test('what the policy makes of a text, by its attribute', () => {
  const sanitize = policySanitizer(policy)
  expect(sanitize('PASS=one pass=two')).toBe('PASS=[A] pass=[A]')
  expect(sanitize('/secret/ stays')).toBe('/secret/ stays')
  expect(sanitize('anything', 'my.token')).toBe('[REDACTED_API_KEY]')
  expect(sanitize('Alice', 'user.name')).toBe('sha256:')
})
