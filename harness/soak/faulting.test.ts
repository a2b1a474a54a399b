import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { parseFault } from '../faults/registry.ts'
import { FakeProcess } from '../faults/testing/fake-process.ts'
import type { FaultRecord } from '../judge/model/fault-record.ts'
import { drawFaults, injectFaults } from './faulting.ts'

const noLinks = { endpoints: {} } as Stack

test('the same seed draws the same faults, each of them one of the registry; another seed draws others', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const drawn = drawFaults(seed, 20)
      expect(drawFaults(seed, 20)).toEqual(drawn)
      for (const fault of drawn) expect(parseFault(fault)).toEqual(fault)
      expect(drawFaults(seed + 1, 20)).not.toEqual(drawn)
    }),
    { numRuns: 20 },
  )
})

test('what cannot be injected is told, and the next one is tried', async () => {
  // First a fault of a link, which needs the toxiproxy that is not there; then one of a process.
  const seed = Array.from({ length: 1_000 }, (_, each) => each).find((each) => {
    const [first, second] = drawFaults(each)
    return first?.kind === 'down' && second?.kind === 'kill'
  })
  if (seed === undefined) throw new Error('no seed draws these two')
  const over = new AbortController()
  const recorded: FaultRecord[] = []
  const process = new FakeProcess()
  const faulting = await injectFaults({
    seed,
    target: { stack: noLinks, processes: { collector: process, relay: process, clickhouse: process } },
    recorder: {
      recordFault: (fault) => {
        recorded.push(fault)
        over.abort()
      },
    },
    signal: over.signal,
    everyMs: 1,
  })
  expect(faulting).toEqual({ effective: 1, barren: 0, failure: expect.stringMatching(/^down of \S+: ./) })
  expect(recorded.map(({ kind, operation }) => [kind, operation])).toEqual([['kill', 'sending']])
  // It was healed, although it was over.
  expect(process.status).toBe('running')
})

test('once it is over nothing is injected', async () => {
  const target = { stack: noLinks }
  const recorder = { recordFault: () => {} }
  const signal = AbortSignal.abort()
  expect(await injectFaults({ seed: 7, target, recorder, signal })).toEqual({ effective: 0, barren: 0, failure: '' })
})
