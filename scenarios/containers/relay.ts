// The relay of the compose file: who reaches it, what it can write, and that it keeps events while the collector or itself is away.
import { stopSignal } from '../../core/cleanup.ts'
import { until } from '../../core/poll.ts'
import type { Batch } from '../../generators/batch.ts'
import { replayEmitter } from '../../generators/emit/replay.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { type Strike, withFault } from '../../harness/faults/with-fault.ts'
import { outagePhases } from '../../harness/rigs/outage-rig.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { readRelayStatus } from '../../stack/client/relay/status.ts'
import type { Containers, Stack } from '../../stack/runtime/runtime.ts'
import { factsBy, noContainers, shown } from './facts.ts'

const DELIVERED_TIMEOUT_MS = 30_000

function killed(stage: 'collector' | 'relay'): Strike {
  return { fault: { kind: 'kill', stage, parameters: {} }, operation: 'parking' }
}

export const relayContainer: Definition = {
  name: 'relay',
  title: "buffers in the compose file's relay while the collector is down, and keeps that when the relay is killed",
  requirements: ['R2', 'R11', 'R12'],
  run: async (context) => {
    if (context.runtime === 'embedded') return noContainers
    const stack = await context.ownStack({ relay: true })
    return runExperiment(
      context,
      { mark: 'relay-container', rules: { counters: false } },
      (experiment) => relayKeeps(context, experiment, stack),
      stack,
    )
  },
}

async function relayKeeps(context: Context, experiment: Experiment, stack: Stack): Promise<void> {
  const { relay } = stack.endpoints
  if (!relay || !stack.containers) throw new Error('this stack has no relay')
  await checkContainer(experiment, stack.containers)
  const phases = outagePhases(context, experiment)
  const send = async (phase: readonly Batch[]) => {
    await using overGrpc = replayEmitter({ protocol: 'grpc', endpoint: relay.otlpGrpc, timeoutMs: 10_000 })
    await using overHttp = replayEmitter({ protocol: 'http/protobuf', endpoint: relay.otlpHttp, timeoutMs: 10_000 })
    await experiment.sendParallel([overGrpc, overHttp], phase)
  }
  // Of what an earlier process has left, only the bytes are known before it is read.
  const parked = async () => (await readRelayStatus(relay.otlpHttp, 5_000)).buffer.parked.bytes
  const target = { stack, processes: { relay: stack.service('relay') } }
  await send(phases.before)
  await withFault(experiment, target, killed('collector'), async () => {
    await send(phases.during)
    const kept = await parked()
    experiment.check('buffering', 'the relay keeps what comes meanwhile', { actual: kept > 0, expected: true })
    await withFault(experiment, target, killed('relay'), async () => {})
    experiment.check('buffering', 'it has all of that after it was killed', { actual: await parked(), expected: kept })
  })
  await send(phases.after)
  await until('all is delivered', async () => (await parked()) === 0, {
    timeoutMs: DELIVERED_TIMEOUT_MS,
    intervalMs: 100,
    signal: stopSignal,
  })
}

/** Reached on loopback only, run by a user without privileges, with one place to write to. */
async function checkContainer(experiment: Experiment, containers: Containers): Promise<void> {
  const { user, published, mounts } = (await factsBy(containers))('relay')
  const ports = published.map(({ address, containerPort }) => `${address}:${containerPort}`).sort()
  const loopback = ['127.0.0.1:4319', '127.0.0.1:4320']
  experiment.check('security', "the relay's ports", { actual: ports, expected: loopback })
  experiment.check('security', "the relay's user", { actual: user, expected: 'node' })
  const writable = mounts.filter(({ readOnly }) => !readOnly).map(shown)
  experiment.check('security', 'what the relay can write', {
    actual: writable,
    expected: ['volume relay-buffer /home/node'],
  })
}
