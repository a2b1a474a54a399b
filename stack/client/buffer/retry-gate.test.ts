import fc from 'fast-check'
import { expect, test } from 'vitest'
import { standard } from './options.ts'
import { RetryGate } from './retry-gate.ts'

fc.configureGlobal({ seed: 1 })

/** A gate on a clock that only the test moves. */
function gateAt(policy = standard) {
  const clock = { nowMs: 5_000 }
  return { clock, gate: new RetryGate(policy, () => clock.nowMs) }
}

test('the waits are 1, 2, 4 and 8 s, then 30 s each', () => {
  const { gate } = gateAt()
  const waits = Array.from({ length: 8 }, () => {
    gate.failed()
    return gate.remainingMs
  })
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 30_000, 30_000, 30_000, 30_000])
})

test('an answer opens it at once, and the next wait is the first again', () => {
  const { gate } = gateAt()
  for (let index = 0; index < 6; index += 1) gate.failed()
  gate.succeeded()
  expect([gate.remainingMs, gate.waiting]).toEqual([0, false])
  gate.failed()
  expect([gate.remainingMs, gate.waiting]).toEqual([1_000, true])
})

test('it opens when its time has come, not before', () => {
  const { gate, clock } = gateAt()
  gate.failed()
  clock.nowMs += 999
  expect(gate.remainingMs).toBe(1)
  clock.nowMs += 1
  expect([gate.remainingMs, gate.waiting]).toEqual([0, true])
})

test.each([
  ['longer than the wait', 4_000, 4_000],
  ['shorter than the wait', 10, 1_000],
  ['of five minutes', 300_000, 300_000],
  ['of a year', 31_536_000_000, 300_000],
  ['without an end', Number.POSITIVE_INFINITY, 300_000],
])("a backend's Retry-After %s is heeded as far as it makes sense", (_, afterMs, waitMs) => {
  const { gate } = gateAt()
  gate.failed(afterMs)
  expect(gate.remainingMs).toBe(waitMs)
})

test('whatever fails and succeeds: never shorter than the plan, never longer than the plan or five minutes', () => {
  const step = fc.oneof(fc.constant('answer' as const), fc.nat(10 ** 9), fc.constant(0))
  const policy = fc.record({
    retryBaseMs: fc.integer({ min: 1, max: 10_000 }),
    attempts: fc.integer({ min: 1, max: 8 }),
    parkedRetryMs: fc.integer({ min: 1, max: 100_000 }),
  })
  fc.assert(
    fc.property(policy, fc.array(step, { maxLength: 30 }), ({ retryBaseMs, attempts, parkedRetryMs }, steps) => {
      const clock = { nowMs: 0 }
      const gate = new RetryGate({ retryBaseMs, attempts, parkedRetryMs }, () => clock.nowMs)
      let failures = 0
      for (const afterMs of steps) {
        if (afterMs === 'answer') {
          gate.succeeded()
          failures = 0
          expect(gate.remainingMs).toBe(0)
          continue
        }
        gate.failed(afterMs)
        failures += 1
        let planned = parkedRetryMs
        if (failures < attempts) {
          planned = retryBaseMs
          for (let doubled = 1; doubled < failures; doubled += 1) planned += planned
        }
        expect(gate.remainingMs).toBe(Math.max(planned, Math.min(300_000, afterMs)))
        clock.nowMs += gate.remainingMs
      }
    }),
  )
})
