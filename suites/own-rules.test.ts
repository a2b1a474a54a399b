// A team's own rule is obeyed by collector and database, whatever it masks: words that no rule of ours would touch, too.
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stackDirectory } from '../core/paths.ts'
import { connect } from '../stack/clickhouse/database.ts'
import { compileDatabase } from '../stack/policy/layers/database/compile.ts'
import { maskText } from '../stack/policy/mask-text.ts'
import { type Policy, readPolicy } from '../stack/policy/policy.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
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

const expected = texts.map((text) => mask(text))
const differences = (masked: readonly (string | undefined)[]) =>
  texts.flatMap((text, index) => (masked[index] === expected[index] ? [] : [{ text, found: masked[index] }]))

test('there are such texts', () => {
  expect(texts.filter((text, index) => expected[index] !== text).length).toBeGreaterThan(TEXTS / 4)
})

test('the collector masks them', { timeout: 240_000 }, async () => {
  expect(differences(await throughCollector(policy, ['transform/mask'], texts))).toEqual([])
})

test('the database masks them', { timeout: 240_000 }, async () => {
  await using stack = await startEmbedded({ stackDirectory, ports: 'free' })
  await using admin = connect(stack, 'admin')
  for (const statement of compileDatabase(policy)
    .split(/;\n/)
    .filter((each) => each.includes('CREATE')))
    await admin.run(statement)
  const masked = await admin.rows<{ masked: string }>(
    "SELECT telemetry_mask_all([''], [arrayJoin({texts:Array(String)})])[1] AS masked",
    { texts },
  )
  expect(differences(masked.map((row) => row.masked))).toEqual([])
})
