// biome-ignore-all lint/suspicious/noTemplateCurlyInString: groups in replacements look like template strings
import { expect, test } from 'vitest'
import { policySanitizer } from './sanitizer.ts'

test('the filters that look at texts are applied in their order, flags and groups as RE2 means them', () => {
  const sanitize = policySanitizer({
    version: 1,
    filters: [
      { type: 'path_filter', patterns: ['*/secret/*'], action: 'exclude' },
      { type: 'regex', pattern: '(?i)(pass)=\\w+', replacement: '${1}=[A]' },
      { type: 'regex', pattern: '\\[A\\]', replacement: '$[B]' },
    ],
  })
  expect(sanitize('PASS=one pass=two')).toBe('PASS=$[B] pass=$[B]')
  expect(sanitize('/secret/ stays')).toBe('/secret/ stays')
})
