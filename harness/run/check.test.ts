import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { evidenceOf, log, offer } from '../judge/testing/evidence.ts'
import { checkRun } from './check.ts'
import { writeHistory } from './history.ts'

let run = ''
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'telemetry-proof-check-'))
  await writeHistory(run, { id: 'suite/good', evidence: evidenceOf([offer(log(1))]) })
})
afterEach(() => rm(run, { recursive: true }))

const report = (...scenarios: readonly { id: string; verdict: string; reason?: string }[]) =>
  writeFile(join(run, 'report.json'), JSON.stringify({ scenarios: scenarios.map((one) => ({ reason: '', ...one })) }))

test('a run whose evidence holds is a pass again', async () => {
  await report({ id: 'suite/good', verdict: 'pass' }, { id: 'suite/other', verdict: 'skipped', reason: 'no pwsh' })
  const { verdict, scenarios, incomplete } = await checkRun(run)
  expect({ verdict, incomplete }).toEqual({ verdict: 'pass', incomplete: '' })
  expect(scenarios.map((one) => [one.id, one.verdict, one.withoutEvidence])).toEqual([
    ['suite/good', 'pass', ''],
    ['suite/other', 'skipped', 'no pwsh'],
  ])
})

test('a scenario that could not be carried out stays what the run called it', async () => {
  await report({ id: 'suite/good', verdict: 'pass' }, { id: 'suite/broken', verdict: 'fail', reason: 'no such column' })
  expect(await checkRun(run)).toMatchObject({
    verdict: 'fail',
    scenarios: [{ id: 'suite/good' }, { id: 'suite/broken', withoutEvidence: 'no such column' }],
  })
})

test('a pass without evidence is no pass', async () => {
  await report({ id: 'suite/good', verdict: 'pass' }, { id: 'suite/claimed', verdict: 'pass' })
  expect((await checkRun(run)).verdict).toBe('unknown')
})

test('a run that did not end is unknown, however good its evidence is', async () => {
  const { verdict, incomplete } = await checkRun(run)
  expect(verdict).toBe('unknown')
  expect(incomplete).toContain('it did not end')
})
