// The rig of scenarios that break services of a stack and bring them back: sessions in phases, through the collector itself.
import type { Batch, Emitter } from '../../generators/batch.ts'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { type Experiment, runExperiment } from '../experiment/experiment.ts'
import type { Target } from '../faults/target.ts'
import type { Context, Outcome } from '../scenario.ts'
import { replay } from './emitters.ts'
import { type Phases, splitPhases } from './phases.ts'

export interface OutageRig {
  readonly experiment: Experiment
  readonly stack: Stack
  readonly target: Target
  /** A new connection to the collector, closed at the end. */
  readonly emitter: () => Emitter
  readonly phases: Phases<Batch>
}

/** On the spare stack. The collector's counters begin again with it, so they are not judged. */
export async function onSpareStack(
  context: Context,
  mark: string,
  work: (rig: OutageRig) => Promise<void>,
): Promise<Outcome> {
  const stack = await context.spareStack()
  return runExperiment(
    context,
    { mark, rules: { counters: false } },
    async (experiment) => {
      const phases = outagePhases(context, experiment)
      await using connections = new AsyncDisposableStack()
      const emitter = () => connections.use(replay(stack, 'grpc'))
      await work({ experiment, stack, target: { stack }, emitter, phases })
    },
    stack,
  )
}

/** Sessions in phases; what is private in them is looked for at the end. */
export function outagePhases(context: Context, experiment: Experiment): Phases<Batch> {
  const { batches, planted } = sessionsLoad({
    seed: context.seed,
    sessions: 30,
    startMs: context.dataStartMs,
    spreadMs: 600_000,
    prompts: 2,
  })
  experiment.ledger.plant(planted)
  return splitPhases(batches)
}
