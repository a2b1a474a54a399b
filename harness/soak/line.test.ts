import { expect, test } from 'vitest'
import { sampleAt } from '../judge/testing/soak-samples.ts'
import { clock, soakLine } from './line.ts'
import type { SoakPlan } from './options.ts'

const plan: SoakPlan = {
  ...{ durationMs: 600_000, events: null, rate: 1000, load: null },
  ...{ preset: 'soak', runtime: 'embedded', faults: false, seed: 1 },
}

test('the line tells how far it is, the load, what carries it, and what is away', () => {
  const { components } = sampleAt(0)
  const sample = sampleAt(83, { backlog: 1234, inFlight: 50, components: { ...components, relay: null } })
  expect(soakLine(sample, 1000, plan)).toBe(
    '1:23 of 10:00 · 1,000 of 1,000 events/s · backlog 1,234 · late 1 ms · in flight 50 · harness 0.10 cores 95 MiB · relay away · otel-collector 0.10 cores 95 MiB · clickhouse 0.10 cores 95 MiB · disk free 61,440 MiB · 10 parts',
  )
  expect(soakLine(sampleAt(83, { backlog: null }), 1000, { ...plan, durationMs: null, events: 5_000_000 })).toMatch(
    /^1:23, 83,000 of 5,000,000 events · .* · backlog \? · /,
  )
})

test.each([
  [0, '0:00'],
  [59_999, '0:59'],
  [3_723_000, '1:02:03'],
] as const)('%d ms are %s', (ms, told) => {
  expect(clock(ms)).toBe(told)
})
