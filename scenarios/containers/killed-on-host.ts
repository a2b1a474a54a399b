// Containers whose process is killed on the host, as the system's memory killer does it: the engine starts them again.
import { stopSignal } from '../../core/cleanup.ts'
import { monotonicMs, sleep } from '../../core/clock.ts'
import { until } from '../../core/poll.ts'
import type { Experiment } from '../../harness/experiment/experiment.ts'
import { onSpareStack } from '../../harness/rigs/outage-rig.ts'
import type { Definition } from '../../harness/scenario.ts'
import type { Containers, Stack } from '../../stack/runtime/runtime.ts'
import { noContainers } from './facts.ts'

const SERVICES = ['clickhouse', 'otel-collector'] as const
const KILLS = 10
const BACK_MS = 15_000
/** The engine doubles its wait, up to a minute, for a container that has not run for so long. */
const SETTLED_MS = 10_500

export const killedOnHost: Definition = {
  name: 'killed-on-host',
  title: 'starts again a container whose process was killed, ten times each, and keeps every acknowledged event',
  requirements: ['R2', 'R12'],
  profile: 'full',
  run: (context) =>
    context.runtime === 'embedded'
      ? Promise.resolve(noContainers)
      : onSpareStack(context, 'killed-on-host', async ({ experiment, stack, emitter, phases }) => {
          await experiment.sendBatches(emitter(), phases.before)
          const { containers } = stack
          if (containers === undefined) throw new Error('a stack of containers has none')
          const back = await killAll(stack, containers, async (kill) => {
            const size = Math.ceil(phases.during.length / KILLS)
            await experiment.sendBatches(emitter(), phases.during.slice(kill * size, (kill + 1) * size))
          })
          experiment.check('recovery', 'how often each service was killed and came back', {
            actual: Object.fromEntries(back),
            expected: Object.fromEntries(SERVICES.map((service) => [service, KILLS])),
          })
          await started(experiment, containers)
          await experiment.sendBatches(emitter(), phases.after)
        }),
}

/** Both in turn, with load between the kills, until one stays away: then it is started by hand. */
async function killAll(
  stack: Stack,
  containers: Containers,
  load: (kill: number) => Promise<void>,
): Promise<ReadonlyMap<string, number>> {
  const back = new Map<string, number>(SERVICES.map((service) => [service, 0]))
  for (let kill = 0; kill < KILLS; kill += 1) {
    for (const service of SERVICES) {
      if (!(await killAndAwait(stack, containers, service))) {
        await stack.service(service).start()
        return back
      }
      back.set(service, kill + 1)
    }
    const backMs = monotonicMs()
    await load(kill)
    if (kill + 1 < KILLS) await sleep(Math.max(0, SETTLED_MS - (monotonicMs() - backMs)), stopSignal)
  }
  return back
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
    expected: SERVICES.map(() => KILLS),
  })
}
