import { expect, test } from 'vitest'
import type { RunFigures } from './arithmetic.ts'
import { jsonOf, linesOf, priceOf } from './report.ts'
import { DECODE, LANDING, OFFICIAL, OURS, PROCESS, RAW } from './variants.ts'

const run = (collectorMicros: number, clickhouseMicros: number): RunFigures => ({
  round: 1,
  collectorMicros,
  clickhouseMicros,
  totalMicros: collectorMicros + clickhouseMicros,
  senderMicros: 12,
  recordsPerSecond: 4900,
  bytesPerRow: 219,
  rowsPerInsert: 900,
})
const priced = (name: string, figures: RunFigures, guarantee?: string) => ({
  variant: { name, what: `what ${name} is`, ...(guarantee === undefined ? {} : { guarantee }) },
  runs: [figures],
})
const all = [
  priced(OFFICIAL, run(33, 24)),
  priced(OURS, run(155, 130)),
  priced(DECODE, run(10, 0)),
  priced(PROCESS, run(85, 1)),
  priced(LANDING, run(150, 8)),
  priced(RAW, run(154, 110), 'typed columns'),
]

test('a person reads variants, ratios, stages and guarantees', () => {
  expect(linesOf(priceOf(all))).toEqual([
    'CPU time in µs a record: median (lowest to highest)',
    'variant          collector           ClickHouse          both                x official  records/s  rows/insert  bytes/row  sender',
    'official         33.0 (33 to 33)     24.0 (24 to 24)     57.0 (57 to 57)     1.0         4900       900          219        12',
    'ours             155.0 (155 to 155)  130.0 (130 to 130)  285.0 (285 to 285)  5.0         4900       900          219        12',
    'decode-only      10.0 (10 to 10)     0.0 (0 to 0)        10.0 (10 to 10)     0.2         4900       900          219        12',
    'processors-only  85.0 (85 to 85)     1.0 (1 to 1)        86.0 (86 to 86)     1.5         4900       900          219        12',
    'landing-only     150.0 (150 to 150)  8.0 (8 to 8)        158.0 (158 to 158)  2.8         4900       900          219        12',
    'no-types         154.0 (154 to 154)  110.0 (110 to 110)  264.0 (264 to 264)  4.6         4900       900          219        12',
    '',
    'ours is the official: collector x 4.7, ClickHouse x 5.4, both x 5.0, records/s x 1.00, bytes x 1.00',
    '',
    'stage of ours       component   µs',
    'decode              collector   10.0',
    'processors          collector   75.0',
    'queue and exporter  collector   70.0',
    'landing             clickhouse  8.0',
    'raw rows            clickhouse  102.0',
    'typed columns       clickhouse  20.0',
    'together                        285.0',
    '',
    'guarantee      without it  collector  ClickHouse  both  in a round  bytes/row',
    'typed columns  no-types    1.0        20.0        21.0  21 to 21    0',
  ])
})

test('a difference that rounds to nothing has no sign', () => {
  const [cheap, dear] = [run(100, 100), run(100.01, 100.01)]
  const lines = linesOf(priceOf([priced(OURS, cheap), priced(RAW, { ...dear, bytesPerRow: 219.4 }, 'typed columns')]))
  expect(lines.at(-1)).toBe('typed columns  no-types    0.0        0.0         0.0   0 to 0      0')
})

test('what was not run is left out', () => {
  const price = priceOf(all.slice(1, 2))
  expect(price).toMatchObject({ stages: [], guarantees: [], ratios: undefined })
  expect(linesOf(price)).toHaveLength(3)
})

test('a program reads the same, with the unit in each name', () => {
  const json = jsonOf(priceOf(all))
  expect(json.variants[0]).toMatchObject({
    name: OFFICIAL,
    what: 'what official is',
    collectorCpuMicrosecondsPerRecord: { min: 33, median: 33, max: 33 },
    runs: [{ round: 1, clickhouseCpuMicrosecondsPerRecord: 24, storedBytesPerRow: 219 }],
  })
  expect(json.ratiosToOfficial).toMatchObject({ cpu: 5, recordsPerSecond: 1 })
  expect(json.stages.at(-1)).toEqual({ stage: 'typed columns', component: 'clickhouse', cpuMicrosecondsPerRecord: 20 })
  expect(json.guarantees).toMatchObject([{ without: RAW, cpuMicrosecondsPerRecord: 21, storedBytesPerRow: 0 }])
})
