// A team's own rule is obeyed by collector and database, whatever it masks: words that no rule of ours would touch, too.
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stackDirectory } from '../core/paths.ts'
import { connect } from '../stack/clickhouse/database.ts'
import { compileDatabase } from '../stack/policy/layers/database/compile.ts'
import { maskText } from '../stack/policy/mask-text.ts'
import { type Policy, readPolicy } from '../stack/policy/policy.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import { splitStatements } from '../stack/runtime/sql-statements.ts'
import { throughCollector } from './testing/through-collector.ts'

const TEXTS = 400
const ours = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')
const own = (pattern: string, replacement: string) =>
  ({ type: 'regex', match: 'text', pattern, unless: [], replacement }) as const satisfies Policy['filters'][number]
/** Each by itself: one that nothing can be searched for before it has all texts looked at, and would hide the others. */
const rules = [
  own('(?i:apollo|zeus)', '[CODENAME]'),
  own('review', '[WORD]'),
  own('\\b[A-Z]{3,5}-[0-9]{2,6}\\b', '[TICKET]'),
  own('\\bnon-interactive\\b', '[TERMINAL]'),
  own('WSL2', '[KERNEL]'),
]
const withOurs = (rule: (typeof rules)[number]): Policy => ({ ...ours, filters: [...ours.filters, rule] })

const word = fc.constantFrom(
  ...['apollo', 'Apollo', 'zeus', 'ABC-123', 'PROJ-77', 'non-interactive', '5.15.167.4-microsoft-standard-WSL2'],
  ...['fix', 'Bash', 'claude-sonnet-4-5', '0.25', 'the', 'review', '2.1.294', 'iTerm.app', '<REDACTED>'],
)
const texts = fc.sample(
  fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' ')),
  { seed: 8, numRuns: TEXTS },
)

const maskedBy = (policy: Policy) => {
  const mask = maskText(policy)
  return texts.map((text) => mask(text))
}
const differences = (policy: Policy, found: readonly (string | undefined)[]) => {
  const expected = maskedBy(policy)
  return texts.flatMap((text, index) => (found[index] === expected[index] ? [] : [{ text, found: found[index] }]))
}

describe.each(rules)('$pattern', (rule) => {
  const policy = withOurs(rule)

  test('is in some of the texts, and in not all', () => {
    const changed = maskedBy(policy).filter((text, index) => text !== texts[index])
    expect(changed.length).toBeGreaterThan(TEXTS / 20)
    expect(changed.length).toBeLessThan(TEXTS)
  })

  test('is masked by the collector', { timeout: 240_000 }, async () => {
    expect(differences(policy, await throughCollector(policy, ['transform/mask'], texts))).toEqual([])
  })
})

test('each is masked by the database', { timeout: 240_000 }, async () => {
  await using stack = await startEmbedded({ stackDirectory, ports: 'free' })
  await using admin = connect(stack, 'admin')
  for (const policy of rules.map(withOurs)) {
    for (const { sql } of splitStatements(compileDatabase(policy))) await admin.run(sql)
    const rows = await admin.rows<{ masked: string }>(
      "SELECT telemetry_mask_all(telemetry_masked([''], [text]), [''], [text])[1] AS masked FROM (SELECT arrayJoin({texts:Array(String)}) AS text)",
      { texts },
    )
    const found = rows.map(({ masked }) => masked)
    expect(differences(policy, found)).toEqual([])
  }
})
