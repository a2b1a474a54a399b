// Work under a fault: injected, met by the work, shown to have taken effect, and healed, whatever happens in between.
import type { FaultRecord, Operation } from '../judge/model/fault-record.ts'
import type { Fault, Injected } from './fault.ts'
import { kindOf } from './registry.ts'
import type { Target } from './target.ts'

/** Where the record of a fault goes; an experiment is one. */
export interface FaultRecorder {
  recordFault(fault: FaultRecord): void
}

/** Which fault, and what it strikes. */
export interface Strike {
  readonly fault: Fault
  readonly operation: Operation
}

/** A fault in force whose end is somebody else's affair; when it goes out of scope without one, it is healed and not recorded. */
export interface OpenFault extends AsyncDisposable {
  /** Records what showed its effect, and heals it. */
  end(): Promise<void>
}

/** @throws UserError when the target has nothing of the kind to break */
export function inject(fault: Fault, target: Target): Promise<Injected> {
  return kindOf(fault).inject(fault, target)
}

/** Does the work while the fault is in force, and records what showed its effect. */
export async function withFault<T>(
  recorder: FaultRecorder,
  target: Target,
  strike: Strike,
  work: () => Promise<T>,
): Promise<T> {
  await using fault = await openFault(recorder, target, strike)
  const result = await work()
  await fault.end()
  return result
}

/** For faults that overlap: each is ended by itself. */
export async function openFault(recorder: FaultRecorder, target: Target, strike: Strike): Promise<OpenFault> {
  const { fault, operation } = strike
  const injected = await inject(fault, target)
  let isOver = false
  const heal = async () => {
    isOver = true
    await injected.heal()
  }
  return {
    async end() {
      try {
        recorder.recordFault({ ...fault, operation, effect: (await injected.effect()) ?? null })
      } finally {
        await heal()
      }
    },
    async [Symbol.asyncDispose]() {
      if (!isOver) await heal()
    },
  }
}
