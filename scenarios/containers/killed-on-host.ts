// Containers whose process is killed on the host, as the system's memory killer does it: the engine starts them again.
import { until } from '../../core/poll.ts'
import type { Experiment } from '../../harness/experiment/experiment.ts'
import { onSpareStack } from '../../harness/rigs/outage-rig.ts'
import type { Definition } from '../../harness/scenario.ts'
import type { Containers, Stack } from '../../stack/runtime/runtime.ts'
import { noContainers } from './facts.ts'

const SERVICES = ['clickhouse', 'otel-collector'] as const
const BACK_MS = 15_000

export const killedOnHost: Definition = {
  name: 'killed-on-host',
  title: 'starts again a container whose process was killed, and keeps every acknowledged event',
  requirements: ['R2', 'R12'],
  profile: 'full',
  run: (context) =>
    context.runtime === 'embedded'
      ? Promise.resolve(noContainers)
      : onSpareStack(context, 'killed-on-host', async ({ experiment, stack, emitter, phases }) => {
          await experiment.sendBatches(emitter(), phases.before)
          const { containers } = stack
          if (containers === undefined) throw new Error('a stack of containers has none')
          const back: string[] = []
          for (const service of SERVICES) {
            if (await killAndAwait(stack, containers, service)) back.push(service)
            else await stack.service(service).start()
          }
          experiment.check('recovery', 'services whose process was killed and that are back', {
            actual: back,
            expected: [...SERVICES],
          })
          await started(experiment, containers)
          await experiment.sendBatches(emitter(), phases.during)
          await experiment.sendBatches(emitter(), phases.after)
        }),
}

async function killAndAwait(
  stack: Stack,
  containers: Containers,
  service: (typeof SERVICES)[number],
): Promise<boolean> {
  const pidOf = async () => (await containers.facts()).find((fact) => fact.service === service)?.pid ?? 0
  const pid = await pidOf()
  if (pid === 0) return false
  process.kill(pid, 'SIGKILL')
  const url = service === 'clickhouse' ? `${stack.endpoints.clickhouseHttp}/ping` : stack.endpoints.collectorHealth
  return until(
    `${service} again`,
    async () => {
      const now = await pidOf()
      return now !== 0 && now !== pid && (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok
    },
    { timeoutMs: BACK_MS },
  ).then(
    () => true,
    () => false,
  )
}

/** The engine counts its own starts only. */
async function started(experiment: Experiment, containers: Containers): Promise<void> {
  const facts = await containers.facts()
  experiment.check('containers', 'how often the engine has started them again', {
    actual: SERVICES.map((service) => facts.find((fact) => fact.service === service)?.restarts),
    expected: [1, 1],
  })
}
