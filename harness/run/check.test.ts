import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Measurement } from '../judge/model/measurement.ts'
import { evidenceOf, log, offer } from '../judge/testing/evidence.ts'
import { checkRun } from './check.ts'
import { writeHistory } from './history.ts'

let run = ''
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'telemetry-proof-check-'))
  await writeHistory(run, { id: 'suite/good', evidence: evidenceOf([offer(log(1))]) })
})
afterEach(() => rm(run, { recursive: true }))

interface Told {
  readonly id: string
  readonly verdict: string
  readonly reason?: string
  readonly measurements?: readonly Measurement[]
}

const report = (...scenarios: readonly Told[]) =>
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

describe('of what was measured', () => {
  const limit = { atMost: 5, missed: 'fail' } as const
  const figure: Measurement = { oracle: 'performance', name: 'time of an answer', value: 3, unit: 'ms', limit }
  const id = 'suite/measured'

  /** A run that measured this, and whose report says so; then its history is changed. */
  async function checked(measurement: Measurement, change: (text: string) => string = (text) => text) {
    await writeHistory(run, { id, evidence: evidenceOf([offer(log(1))], { measurements: [measurement] }) })
    await report({ id: 'suite/good', verdict: 'pass' }, { id, verdict: 'pass', measurements: [measurement] })
    const file = join(run, 'history/suite.measured.json.gz')
    await writeFile(file, gzipSync(change(gunzipSync(await readFile(file)).toString())))
    const { verdict, scenarios } = await checkRun(run)
    const findings = scenarios.find((one) => one.id === id)?.findings ?? []
    return { verdict, said: findings.filter((one) => one.verdict !== 'pass').map(({ message }) => message) }
  }

  test('what is within its limit is a pass again', async () => {
    expect(await checked(figure)).toEqual({ verdict: 'pass', said: [] })
  })

  test('what is beyond a limit that binds is no pass, whatever the report says', async () => {
    const said = ['time of an answer: 5.5 ms, at most 5 ms']
    expect(await checked({ ...figure, value: 5.5 })).toEqual({ verdict: 'fail', said })
    const promised = { ...figure, value: 5.5, limit: { ...limit, missed: 'unknown' } } as const
    expect(await checked(promised)).toEqual({ verdict: 'unknown', said })
  })

  const contradicts = 'the history and report.json do not say the same was measured'
  test.each([
    ['a value', (text: string) => text.replace('"value":3,"unit":"ms"', '"value":2,"unit":"ms"')],
    ['a limit', (text: string) => text.replace('"atMost":5', '"atMost":50')],
    ['what a limit binds', (text: string) => text.replace('"missed":"fail"', '"missed":"pass"')],
    ['a name', (text: string) => text.replace('time of an answer', 'time of a kind')],
    ['that it was measured', (text: string) => text.replace(/"measurements":\[.*?\]/, '"measurements":[]')],
  ])('%s that was changed afterwards is noticed', async (_what, change) => {
    expect(await checked(figure, change)).toEqual({ verdict: 'unknown', said: [contradicts] })
  })

  test('a value that was changed to one beyond the limit is worse than noticed', async () => {
    const changed = await checked(figure, (text) => text.replace('"value":3,"unit":"ms"', '"value":7,"unit":"ms"'))
    expect(changed).toEqual({ verdict: 'fail', said: ['time of an answer: 7 ms, at most 5 ms', contradicts] })
  })

  test('a report of before there were measurements is held to none', async () => {
    await writeHistory(run, { id, evidence: evidenceOf([offer(log(1))], { measurements: [figure] }) })
    await report({ id: 'suite/good', verdict: 'pass' }, { id, verdict: 'pass' })
    expect((await checkRun(run)).verdict).toBe('pass')
  })
})
