// The faults of a soak: drawn from the registry by its seed, one after the other at even distances, while the load goes on.
import fc from 'fast-check'
import { monotonicMs, sleep } from '../../core/clock.ts'
import { messageOf } from '../../core/errors.ts'
import type { Fault } from '../faults/fault.ts'
import { anyFault } from '../faults/schedules/schedule.ts'
import type { Target } from '../faults/target.ts'
import { type FaultRecorder, withFault } from '../faults/with-fault.ts'
import type { FaultRecord } from '../judge/model/fault-record.ts'

/** From the beginning of one to that of the next. */
const EVERY_MS = 15_000
/** How long each is in force. */
const FOR_MS = 1_000
/** Drawn ahead; a longer soak begins again with the first. */
const DRAWN = 200
/** A run keeps no more of them; all are counted. */
const KEPT = 500

/** The faults that a seed draws. */
export function drawFaults(seed: number, count = DRAWN): readonly Fault[] {
  return fc.sample(anyFault, { seed, numRuns: count })
}

export interface FaultingOptions {
  readonly seed: number
  readonly target: Target
  readonly recorder: FaultRecorder
  /** Ends it: the fault in force is healed. */
  readonly signal: AbortSignal
  readonly everyMs?: number
}

export interface Faulting {
  /** Faults that took effect. */
  readonly effective: number
  /** Faults that met nothing, or could not be injected: they say nothing. */
  readonly barren: number
  /** Of the last that could not be healed; empty where all could. */
  readonly failure: string
}

/** Never rejects. */
export async function injectFaults({
  seed,
  target,
  recorder,
  signal,
  everyMs = EVERY_MS,
}: FaultingOptions): Promise<Faulting> {
  const faults = drawFaults(seed)
  let [effective, barren, failure] = [0, 0, '']
  const keeping: FaultRecorder = {
    recordFault(fault: FaultRecord) {
      if (fault.effect === null) barren += 1
      else {
        effective += 1
        if (effective <= KEPT) recorder.recordFault(fault)
      }
    },
  }
  const wait = (ms: number) => sleep(Math.max(0, ms), signal).catch(() => {})
  // The load is on its way before the first.
  await wait(everyMs / 3)
  for (let number = 0; !signal.aborted; number += 1) {
    const startMs = monotonicMs()
    const fault = faults[number % faults.length]
    if (fault === undefined) break
    try {
      await withFault(keeping, target, { fault, operation: 'sending' }, () => wait(FOR_MS))
    } catch (error) {
      failure = `${fault.kind} of ${fault.stage}: ${messageOf(error)}`
    }
    await wait(everyMs - (monotonicMs() - startMs))
  }
  return { effective, barren, failure }
}
