// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells' variables look like template strings
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskText } from './mask-text.ts'
import { pathFilter, touchesPath } from './paths.ts'
import { parsePattern } from './pattern.ts'
import { javaScriptSource } from './pattern-javascript.ts'
import { type Policy, readPolicy } from './policy.ts'
import { superLinearPart } from './super-linear.ts'
import { lookAlike, touching } from './testing/paths.ts'

const RUNS = 3_000
const policy = await readPolicy(join(import.meta.dirname, 'sanitization.yaml'), 'stack/policy/sanitization.yaml')
const touches = touchesPath(policy)
const mask = maskText(policy)
const excluding = (...patterns: string[]): Policy => ({
  version: 1,
  filters: [{ type: 'path_filter', patterns, action: 'exclude' }],
})

/** Spellings that somebody wrote down, beside those that a generator makes. */
const LEFT_OUT = [
  '/srv/secret/plan.md',
  'secret/plan.md',
  'cat secret/plan.md',
  'C:\\Work\\SECRET\\plan.md',
  '/srv/secret',
  '/proprietary',
  'see /srv/secret.',
  'open (/srv/secret), then',
  'did you see /srv/secret?',
  '-v /srv/secret:/x:ro',
  'PATH=/a:/srv/secret:/b',
  '<path>/srv/secret</path>',
  'file:///srv/secret%2Fplan.md',
  'vscode://file/srv/secret/x.ts:1',
  'sqlite:////srv/secret/db',
  '{"file_path":"\\/srv\\/secret\\/plan.md"}',
  'a\\u002fsecret\\u002fx',
  '{"path":"src/secret"}',
  '{"command":"cd /srv\\nsecret/x.sh"}',
  'cd secret && ls',
  'cd src/secret',
  'rm -rf secret/*',
  'secret\\notes.md',
  '$(pwd)/secret',
  '%USERPROFILE%\\secret',
  '~bob/Secret',
  'git show HEAD:secret/plan.md',
  'curl -d @secret/body.json http://h.example.com/x',
  'scp host:secret/x .',
  'gcc -Isecret/include x.c',
  '打开secret/plan.md',
  'kubectl apply -f secret/app.yaml',
  'kubectl create secret generic x --from-file=secret/key.pem',
  'vault policy write p secret/policy.hcl',
  'vault kv put kv/app @/srv/secret/d.json',
  "sed -i 's/a/b/' secret/plan.md",
  '/srv/s/foo/secret/g',
  '/var/www/example.com/secret/x',
  'next.js/secret/x',
  '/srv/app/(group)/secret',
  '/My Documents/secret/plan.md',
]

const STORED = [
  'curl $VAULT_ADDR/v1/secret/data/app',
  '`${baseUrl}/secret/x`',
  'GET /api/secret/x HTTP/1.1',
  'git@github.com:acme/secret/x.git',
  '//cdn.example.com/secret/x.js',
  'https%3A%2F%2Fh.example.com%2Fsecret%2Fx',
  'path "secret/data/*" { capabilities = ["read"] }',
  "kubectl get -o jsonpath='{.data.x}' secret/app",
  'secret/db-creds configured',
  'aws secretsmanager get-secret-value --secret-id prod/secret/app',
  "sed -e 's/foo/secret/;s/bar/secret/g' f",
  "sed '/secret/d' f",
  "awk '/secret/ {print}' f",
  "x.replace(/secret/g, 'x')",
  '/secret/i.test(x)',
  '/run/secrets/db',
  '/srv/secret\u2215plan.md',
  '/srv/secret.txt',
  'username/secret',
  '// Key is a secret/password to authenticate with.',
  'the proprietary/open-source split',
  '{"t":"keep it secret\\nThen"}',
  '<secret>abc</secret>',
  '//secret key',
]

describe('a text', () => {
  test('that touches a directory is found in every spelling', () => {
    fc.assert(
      fc.property(touching, (text) => touches(text)),
      { seed: 24, numRuns: RUNS },
    )
  })

  test('that only looks like a path stays, also where a mask has changed it', () => {
    fc.assert(
      fc.property(lookAlike, (text) => !touches(text) && !touches(mask(text))),
      { seed: 24, numRuns: RUNS },
    )
  })

  test.each(LEFT_OUT)('%j is left out', (text) => {
    expect(touches(text)).toBe(true)
  })

  test.each(STORED)('%j is stored', (text) => {
    expect([touches(text), touches(mask(text))]).toEqual([false, false])
  })
})

describe('the filter', () => {
  test('has patterns that each engine reads, in linear time', () => {
    const { steps = [], touches: last = '' } = pathFilter(policy) ?? {}
    for (const pattern of [...steps.map((step) => step.pattern), last])
      expect(superLinearPart(javaScriptSource(parsePattern(pattern)))).toBeUndefined()
  })

  test('takes names of several parts, of letters that mean something in a pattern, and of any script', () => {
    const found = touchesPath(excluding('*/a.b/c+d/*', '*/Ünter/*'))
    for (const text of ['/x/A.b//C+d/e', 'a.b/c+d/e.md', '\\a.b\\c+d\\e', '/srv/üNTER/x', 'ünter/x'])
      expect(found(text)).toBe(true)
    for (const text of ['/x/a.b/c', '/axb/c+d/e', '/srv/unter/x', '/srv/secret/x']) expect(found(text)).toBe(false)
  })

  test('leaves nothing out where the policy names no directory', () => {
    const nothing = touchesPath({ version: 1, filters: [] })
    fc.assert(
      fc.property(touching, (text) => !nothing(text)),
      { seed: 24, numRuns: 100 },
    )
  })
})
