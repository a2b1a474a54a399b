// Containers away for a while: all of the stack stopped and started again, and ClickHouse off the network.
import { openFault, type Strike, withFault } from '../../harness/faults/with-fault.ts'
import { onSpareStack } from '../../harness/rigs/outage-rig.ts'
import type { Definition } from '../../harness/scenario.ts'
import { noContainers } from './facts.ts'

function stopped(stage: 'collector' | 'clickhouse'): Strike {
  return { fault: { kind: 'stop', stage, parameters: {} }, operation: 'at rest' }
}

export const outages: readonly Definition[] = [
  {
    name: 'stopped-and-started',
    title: 'keeps every acknowledged event when all services are stopped and started again',
    requirements: ['R2', 'R12'],
    run: (context) =>
      context.runtime === 'embedded'
        ? Promise.resolve(noContainers)
        : onSpareStack(context, 'stopped-and-started', async ({ experiment, stack, target, emitter, phases }) => {
            await experiment.sendBatches(emitter(), phases.before)
            await using collector = await openFault(experiment, target, stopped('collector'))
            await using clickhouse = await openFault(experiment, target, stopped('clickhouse'))
            const facts = (await stack.containers?.facts()) ?? []
            experiment.check('containers', 'how they ended', {
              actual: facts
                .filter(({ service }) => service === 'clickhouse' || service === 'otel-collector')
                .map(({ service, running, exitCode }) => [service, running, exitCode]),
              expected: [
                ['clickhouse', false, 0],
                ['otel-collector', false, 0],
              ],
            })
            await clickhouse.end()
            await collector.end()
            await experiment.sendBatches(emitter(), phases.during)
            await experiment.sendBatches(emitter(), phases.after)
          }),
  },
  {
    name: 'network-cut',
    title: 'keeps every acknowledged event when ClickHouse is off the network for a while',
    requirements: ['R2', 'R12'],
    run: (context) =>
      context.runtime === 'embedded'
        ? Promise.resolve(noContainers)
        : onSpareStack(context, 'network-cut', async ({ experiment, target, emitter, phases }) => {
            const sender = emitter()
            await experiment.sendBatches(sender, phases.before)
            const fault = { kind: 'network-cut', stage: 'clickhouse', parameters: {} } as const
            await withFault(experiment, target, { fault, operation: 'inserting' }, () =>
              experiment.sendBatches(sender, phases.during),
            )
            await experiment.sendBatches(sender, phases.after)
          }),
  },
]
