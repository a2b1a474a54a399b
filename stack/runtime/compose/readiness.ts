// When a service in a container is ready: it answers, and does what others count on.
import { stopSignal } from '../../../core/cleanup.ts'
import { UserError } from '../../../core/errors.ts'
import { until } from '../../../core/poll.ts'
import { linksStand } from '../links.ts'
import { pipelineAccepts } from '../probe.ts'
import type { Containers, Endpoints, ServiceName } from '../runtime.ts'

const READY_TIMEOUT_MS = 90_000

/** What is asked whether a service is ready. */
interface Asked {
  readonly endpoints: Endpoints
  readonly containers: Pick<Containers, 'health'>
  readonly stackDirectory: string
}

/** Waits until the service is ready. @throws UserError when it ends before */
export async function waitUntilReady(
  name: ServiceName,
  alive: () => Promise<boolean>,
  { endpoints, containers, stackDirectory }: Asked,
): Promise<void> {
  const { clickhouseHttp, collectorHealth, otlpHttp, toxiproxyApi, relay } = endpoints
  const urls: Partial<Record<ServiceName, string>> = {
    clickhouse: `${clickhouseHttp}/ping`,
    toxiproxy: `${toxiproxyApi}/version`,
    relay: `${relay?.otlpHttp}/health`,
  }
  const url = urls[name] ?? collectorHealth
  await until(
    `${name} on ${url}`,
    async () => {
      if (!(await alive())) return 'ended' as const
      if (!(await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok) return false
      if (name.endsWith('collector') && !(await pipelineAccepts(otlpHttp))) return false
      // Answering is not enough: its own check asks for the schema too.
      if (name === 'clickhouse') await mustBeHealthy(name, containers)
      if (name === 'toxiproxy') await linksStand(stackDirectory, toxiproxyApi ?? '')
      return 'ready' as const
    },
    { timeoutMs: READY_TIMEOUT_MS, intervalMs: 50, signal: stopSignal },
  ).then((state) => {
    if (state === 'ended') throw new UserError(`${name} ended while starting`)
  })
}

async function mustBeHealthy(name: ServiceName, containers: Pick<Containers, 'health'>): Promise<void> {
  const { healthy, output } = await containers.health(name)
  if (!healthy) throw new Error(`${name} is not healthy: ${output}`)
}
