// Recorded and generated telemetry over every protocol, framing and compression.
import { captureNames, loadCapture } from '../../generators/captures.ts'
import { sessionsLoad } from '../../generators/sessions/load.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { type Protocol, protocols, replay, sdk } from '../../harness/rigs/emitters.ts'
import type { Context, Definition, Outcome } from '../../harness/scenario.ts'

const HALF_A_DAY_MS = 43_200_000

async function replayCaptures(
  context: Context,
  protocol: Protocol,
  framing: 'length' | 'chunked',
  compression: 'gzip' | 'none' = 'none',
): Promise<Outcome> {
  return runExperiment(context, { mark: `captures-${protocol}-${framing}-${compression}` }, async (experiment) => {
    await using emitter = replay(experiment.stack, protocol, framing, compression)
    for (const name of captureNames) {
      context.progress(`replaying ${name}`)
      await experiment.sendLoad(
        emitter,
        await loadCapture(name, { shiftToMs: context.dataStartMs, seed: context.seed }),
      )
    }
  })
}

async function sendGenerated(context: Context, protocol: Protocol): Promise<Outcome> {
  return runExperiment(context, { mark: `generated-${protocol}` }, async (experiment) => {
    await using emitter = sdk(experiment.stack, protocol)
    const load = sessionsLoad({
      seed: context.seed,
      sessions: 12,
      startMs: context.dataStartMs,
      spreadMs: HALF_A_DAY_MS,
      prompts: 3,
    })
    await experiment.sendLoad(emitter, load)
  })
}

export const overEveryProtocol: readonly Definition[] = [
  ...protocols.map((protocol) => ({
    name: `captures-${protocol.replace('/', '-')}`,
    title: `stores recorded telemetry as it is, sent over ${protocol}`,
    requirements: ['R1', 'R3', 'R5'],
    profile: protocol === 'grpc' ? ('smoke' as const) : ('standard' as const),
    run: (context: Context) => replayCaptures(context, protocol, 'length'),
  })),
  {
    name: 'captures-http-protobuf-chunked',
    title: 'stores chunked requests without a Content-Length, as some versions of the client send them',
    requirements: ['R1', 'R5'],
    run: (context) => replayCaptures(context, 'http/protobuf', 'chunked'),
  },
  {
    name: 'captures-http-json-chunked-gzip',
    title: 'stores compressed JSON in chunks',
    requirements: ['R1', 'R5'],
    run: (context) => replayCaptures(context, 'http/json', 'chunked', 'gzip'),
  },
  ...protocols.map((protocol) => ({
    name: `generated-${protocol.replace('/', '-')}`,
    title: `stores every event and metric of generated sessions, sent by the official exporter over ${protocol}`,
    requirements: ['R1', 'R5'],
    profile: protocol === 'grpc' ? ('smoke' as const) : ('standard' as const),
    run: (context: Context) => sendGenerated(context, protocol),
  })),
]
