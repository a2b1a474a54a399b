// The controls themselves: each sabotage fits the stack as it is today, and names a scenario that there is.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stackDirectory } from '../../core/paths.ts'
import { catalogue } from '../../scenarios/catalogue.ts'
import { controls } from './index.ts'
import { policyControls } from './policy-controls.ts'

test.each(controls)('$id applies, to a scenario that there is', async ({ scenario, edits = [], tamper }) => {
  expect(catalogue.map(({ id }) => id)).toContain(scenario)
  expect(edits.length > 0 || tamper !== undefined).toBe(true)
  // One after the other: an edit may stand on the one before.
  const texts = new Map<string, string>()
  for (const { file, from, to } of edits) {
    const before = texts.get(file) ?? (await readFile(join(stackDirectory, file), 'utf8'))
    const after = before.replace(from, () => to)
    expect(after, `${file}: ${String(from)} is not there`).not.toBe(before)
    texts.set(file, after)
  }
})

test('no two have one id', () => {
  const ids = controls.map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)])
})

test('a policy that is not enforced fails the requirement that it is', () => {
  const proving = new Set(catalogue.filter(({ requirements }) => requirements.includes('R14')).map(({ id }) => id))
  const elsewhere = policyControls.filter(
    ({ scenario }) => scenario.startsWith('sanitization/') && !proving.has(scenario),
  )
  expect(policyControls.length).toBeGreaterThan(5)
  expect(elsewhere.map(({ id }) => id)).toEqual([])
})
