// The price end to end, of a handful of records: the official pipeline and ours store all that is sent, and both have their figures.
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { makeInput, recordsOf } from './input.ts'
import { jsonOf, linesOf, priceOf } from './report.ts'
import { runVariants } from './run.ts'
import { OFFICIAL, OURS, variants } from './variants.ts'

const rooms = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('telemetry-proof-price-'))

test('the official pipeline and ours are measured on the same input, and nothing is left behind', async () => {
  const before = await rooms()
  const input = makeInput(3)
  expect(makeInput(3)).toEqual(input)
  const both = variants.filter(({ name }) => name === OFFICIAL || name === OURS)
  const told: string[] = []
  const measured = await runVariants({ variants: both, input, rounds: 1, progress: (line) => told.push(line) })
  expect(told).toEqual(['price: round 1 of 1, 1 of 2: official', 'price: round 1 of 1, 2 of 2: ours'])
  const rows = measured.map(({ measurements }) => measurements.map(({ storedRows }) => storedRows))
  expect(rows).toEqual([[recordsOf(input)], [recordsOf(input) - input.excluded]])

  const price = priceOf(measured)
  expect([price.stages, price.guarantees]).toEqual([[], []])
  expect(price.ratios?.bytesPerRow).toBeGreaterThan(0)
  for (const name of [OFFICIAL, OURS]) expect(linesOf(price).some((line) => line.startsWith(`${name} `))).toBe(true)
  const { variants: inJson } = jsonOf(price)
  for (const { runs } of inJson) expect(runs).toMatchObject([{ round: 1, recordsPerSecond: expect.any(Number) }])
  expect(await rooms()).toEqual(before)
})
