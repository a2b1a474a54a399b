import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { judge } from '../judge/judge.ts'
import { measurementOf } from '../judge/model/measurement.ts'
import { evidenceOf, log, offer, point } from '../judge/testing/evidence.ts'
import { readHistory, writeHistory } from './history.ts'

fc.configureGlobal({ seed: 1 })

let run = ''

beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'telemetry-proof-history-'))
})

afterEach(async () => {
  await rm(run, { recursive: true, force: true })
})

test('what is written is read back, one page for each scenario, in the order of their names', async () => {
  const evidence = evidenceOf([offer(log(1)), offer(point(0.1))])
  await writeHistory(run, { id: 'suite/b', evidence })
  await writeHistory(run, { id: 'suite/a', evidence: { ...evidence, planted: 7 } })
  expect(await readHistory(run)).toEqual([
    { format: 2, id: 'suite/a', evidence: { ...evidence, planted: 7 } },
    { format: 2, id: 'suite/b', evidence },
  ])
})

test('a history of format 1 is read and judged as ever: it has no measurements', async () => {
  const { measurements: _, ...evidence } = evidenceOf([offer(log(1))])
  await mkdir(join(run, 'history'))
  await writeFile(
    join(run, 'history/suite.old.json.gz'),
    gzipSync(JSON.stringify({ format: 1, id: 'suite/old', evidence })),
  )
  const [page] = await readHistory(run)
  expect(page).toEqual({ format: 1, id: 'suite/old', evidence })
  expect(page && judge(page.evidence).verdict).toBe('pass')
})

test('any evidence is judged again from its history as it was judged at first', async () => {
  const text = fc.string({ unit: 'binary' })
  const record = fc.oneof(
    fc
      .record({ sequence: fc.nat({ max: 9 }), text })
      .map((each) => log(each.sequence, { error: each.text, [each.text]: '' })),
    fc
      .record({ value: fc.double({ noNaN: true, noDefaultInfinity: true }), text })
      .map((each) => point(each.value, { model: each.text })),
  )
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
  const missed = fc.constantFrom('pass' as const, 'fail' as const, 'unknown' as const)
  const answer = fc.constantFrom('accepted', 'refused', 'partial', 'indeterminate')
  const evidence = fc
    .record({
      offered: fc.array(fc.tuple(record, answer)),
      lost: fc.nat({ max: 2 }),
      actual: fc.jsonValue(),
      counted: fc.boolean(),
      value: fc.double(),
      limit: fc.oneof(fc.record({ atMost: finite, missed }), fc.record({ atLeast: finite, missed })),
    })
    .map(({ offered, lost, actual, counted, value, limit }) => {
      const whole = evidenceOf(offered.map(([each, kind]) => offer(each, kind)))
      const comparisons = [{ oracle: 'query' as const, what: 'rows', expected: 1, actual }]
      const measurements = [measurementOf('load', { name: 'a figure', value, unit: 'ms', limit })]
      const counters = counted ? whole.counters : null
      return { ...whole, events: whole.events.slice(lost), comparisons, measurements, counters }
    })
  await fc.assert(
    fc.asyncProperty(evidence, async (original) => {
      await writeHistory(run, { id: 'a/b', evidence: original })
      const [page] = await readHistory(run)
      expect(page && judge(page.evidence)).toEqual(judge(original))
    }),
    { numRuns: 40 },
  )
})

describe('one clear line is said of', () => {
  const message = async () => {
    const error = await readHistory(run).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'UserError' })
    return error instanceof Error ? error.message : ''
  }
  const put = async (bytes: Uint8Array | string) => {
    await mkdir(join(run, 'history'), { recursive: true })
    await writeFile(join(run, 'history/a.b.json.gz'), bytes)
  }
  const withLimit = (limit: object) => ({ oracle: 'load', name: 'a figure', value: 1, unit: 'ms', limit })
  const good = { format: 2, id: 'a/b', evidence: evidenceOf([offer(log(1))]) }

  test('a directory without a history', async () => {
    expect(await message()).toMatch(
      /holds no history \(expected .*history\/\*\.json\.gz\); give the directory of a run$/,
    )
  })

  test.each<[string, Uint8Array | string]>([
    ['an empty file', ''],
    ['a file that is not compressed', JSON.stringify(good)],
    ['a file that was cut off', gzipSync(JSON.stringify(good)).subarray(0, 60)],
    ['text that is no JSON', gzipSync('{"format":1,')],
    ['no text at all', gzipSync('')],
    ['JSON of something else', gzipSync('[]')],
    ['another format', gzipSync(JSON.stringify({ ...good, format: 3 }))],
    ['no evidence', gzipSync(JSON.stringify({ format: 1, id: 'a/b' }))],
    [
      'evidence with a part missing',
      gzipSync(JSON.stringify({ ...good, evidence: { ...good.evidence, events: undefined } })),
    ],
    [
      'evidence with a part of another kind',
      gzipSync(JSON.stringify({ ...good, evidence: { ...good.evidence, offered: 3 } })),
    ],
    [
      'evidence without measurements, which only format 1 may lack',
      gzipSync(JSON.stringify({ ...good, evidence: { ...good.evidence, measurements: undefined } })),
    ],
    [
      'a measurement whose limit says nothing',
      gzipSync(JSON.stringify({ ...good, evidence: { ...good.evidence, measurements: [withLimit({})] } })),
    ],
    [
      'a measurement whose limit is no number',
      gzipSync(
        JSON.stringify({
          ...good,
          evidence: { ...good.evidence, measurements: [withLimit({ atMost: null, missed: 'fail' })] },
        }),
      ),
    ],
  ])('%s', async (_, bytes) => {
    await put(bytes)
    expect(await message()).toMatch(/^[^\n]*history\/a\.b\.json\.gz is damaged or of another version: [^\n]{8,}$/)
  })

  test('a damaged file among good ones', async () => {
    await writeHistory(run, { id: 'suite/good', evidence: good.evidence })
    const file = join(run, 'history/suite.good.json.gz')
    const bytes = await readFile(file)
    bytes.writeUInt8(bytes.readUInt8(40) ^ 0xff, 40)
    await writeFile(join(run, 'history/suite.damaged.json.gz'), bytes)
    expect(await message()).toContain('suite.damaged.json.gz is damaged')
  })
})
