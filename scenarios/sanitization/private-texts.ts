// Recorded and generated sessions full of private texts: none is stored, and everything else of them is.
import { captureNames, loadCapture } from '../../generators/captures.ts'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { replay, sdk } from '../../harness/rigs/emitters.ts'
import type { Context, Definition } from '../../harness/scenario.ts'

export const privateTexts: readonly Definition[] = [
  {
    name: 'captures',
    title: 'stores nothing private of the recordings, and everything else of them untouched',
    requirements: ['R13', 'R14'],
    profile: 'smoke',
    run: (context) =>
      runExperiment(context, { mark: 'private-captures' }, async (experiment) => {
        await using emitter = replay(experiment.stack, 'http/json')
        for (const name of captureNames)
          await experiment.sendLoad(
            emitter,
            await loadCapture(name, { shiftToMs: context.dataStartMs, seed: context.seed }),
          )
      }),
  },
  ...(['grpc', 'http/protobuf', 'http/json'] as const).map((protocol) => ({
    name: `dense-${protocol.replace('/', '-')}`,
    title: `stores nothing private of sessions full of secrets, addresses and look-alikes, sent over ${protocol}`,
    requirements: ['R13', 'R14'],
    run: (context: Context) =>
      runExperiment(context, { mark: `dense-${protocol}` }, async (experiment) => {
        await using emitter = sdk(experiment.stack, protocol)
        await experiment.sendLoad(
          emitter,
          sessionsLoad({
            seed: context.seed,
            sessions: 10,
            startMs: context.dataStartMs,
            spreadMs: 60_000,
            planting: 'dense',
            prompts: 3,
          }),
        )
      }),
  })),
]
