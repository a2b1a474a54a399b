// A team's own rule is obeyed by the collector, whatever it masks: words that no rule of ours would touch, too.
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stackDirectory } from '../core/paths.ts'
import { maskText } from '../stack/policy/mask-text.ts'
import { type Policy, readPolicy } from '../stack/policy/policy.ts'
import { throughCollector } from './testing/through-collector.ts'

const TEXTS = 400
const ours = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')
const own = (pattern: string, replacement: string) =>
  ({ type: 'regex', match: 'text', pattern, unless: [], replacement }) as const satisfies Policy['filters'][number]
const policy: Policy = {
  ...ours,
  filters: [
    ...ours.filters,
    own('(?i:apollo|zeus)', '[CODENAME]'),
    // Of letters alone: nothing can be searched for before it.
    own('\\b[A-Z]{3,5}-[0-9]{2,6}\\b', '[TICKET]'),
    own('\\bnon-interactive\\b', '[TERMINAL]'),
    own('WSL2', '[KERNEL]'),
  ],
}
const mask = maskText(policy)

const word = fc.constantFrom(
  ...['apollo', 'Apollo', 'zeus', 'ABC-123', 'PROJ-77', 'non-interactive', '5.15.167.4-microsoft-standard-WSL2'],
  ...['fix', 'Bash', 'claude-sonnet-4-5', '0.25', 'the', 'review', '2.1.294', 'iTerm.app', '<REDACTED>'],
)
const texts = fc.sample(
  fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' ')),
  { seed: 8, numRuns: TEXTS },
)

test('texts of plain words are masked by it as everywhere', { timeout: 240_000 }, async () => {
  const masked = await throughCollector(policy, ['transform/mask'], texts)
  const expected = texts.map((text) => mask(text))
  expect(texts.filter((text, index) => expected[index] !== text).length).toBeGreaterThan(TEXTS / 4)
  expect(
    texts.flatMap((text, index) => (masked[index] === expected[index] ? [] : [{ text, found: masked[index] }])),
  ).toEqual([])
})
