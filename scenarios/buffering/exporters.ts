// Buffered exporters: what a client that can load them promises on its own, behind proxies too; taken is delivered.

import type { ProxyRefusal } from '../../harness/faults/kinds/proxy.ts'
import { startConnectProxy } from '../../harness/faults/proxy/connect-proxy.ts'
import { withFault } from '../../harness/faults/with-fault.ts'
import { ClientProcess } from '../../harness/processes/client-process.ts'
import { throughClients } from '../../harness/rigs/exporter-rig.ts'
import type { Context, Definition, Outcome } from '../../harness/scenario.ts'
import { collectorKilled, DRAINED_TIMEOUT_MS, linkDown } from './strikes.ts'

const exported: readonly Definition[] = [
  {
    name: 'headless-client',
    title:
      'loses nothing of a client that exits at once while the collector is unreachable: the next client delivers it',
    requirements: ['R10', 'R12'],
    profile: 'full',
    run: (context) =>
      throughClients(context, 'headless-client', async ({ experiment, target, phases, options }) => {
        await withFault(experiment, target, linkDown, async () => {
          for (const phase of phases.all) {
            await using client = await ClientProcess.start(options)
            await experiment.sendBatches(client, phase)
          }
        })
        await using next = await ClientProcess.start(options)
        await next.waitUntilDrained(DRAINED_TIMEOUT_MS)
        const said = next.said.some((line) => line.startsWith('telemetry: recovered: '))
        experiment.check('buffering', 'the console shows that it has recovered', { actual: said, expected: true })
      }),
  },
  {
    name: 'client-killed',
    title: 'loses nothing that a client acknowledged before it was killed',
    requirements: ['R10', 'R12'],
    profile: 'full',
    run: (context) =>
      throughClients(context, 'client-killed', async ({ experiment, target, phases, client }) => {
        await withFault(experiment, target, linkDown, async () => {
          const first = await client()
          await experiment.sendBatches(first, phases.before)
          const fault = { kind: 'kill', stage: 'client', parameters: {} } as const
          const processes = { client: first }
          await withFault(experiment, { ...target, processes }, { fault, operation: 'parking' }, async () => {})
          await experiment.sendBatches(await client(), phases.during)
        })
        const last = await client()
        await experiment.sendBatches(last, phases.after)
        await last.waitUntilDrained(DRAINED_TIMEOUT_MS)
      }),
  },
  {
    name: 'two-clients',
    title: 'keeps apart the events of two clients that share a directory and a session, and shows each event once',
    requirements: ['R7', 'R10', 'R12'],
    profile: 'full',
    run: (context) =>
      throughClients(context, 'two-clients', async ({ experiment, target, phases, client }) => {
        const [one, two] = [await client(), await client()]
        await withFault(experiment, target, linkDown, () => experiment.sendParallel([one, two], phases.all.flat()))
        await Promise.all([one.waitUntilDrained(DRAINED_TIMEOUT_MS), two.waitUntilDrained(DRAINED_TIMEOUT_MS)])
      }),
  },
  {
    name: 'over-http',
    title: 'keeps every event when it exports over HTTP and the collector is killed',
    requirements: ['R10', 'R12'],
    profile: 'full',
    run: (context) =>
      throughClients(context, 'over-http', async ({ experiment, target, phases, options }) => {
        const base = target.stack.endpoints.links?.otlpHttp ?? target.stack.endpoints.otlpHttp
        // The URL of an exporter over HTTP is its signal's own; from the environment it is the base.
        const env = { OTEL_EXPORTER_OTLP_ENDPOINT: base }
        const { url: _, ...rest } = options
        await using client = await ClientProcess.start({ ...rest, protocol: 'http/protobuf' }, env)
        await experiment.sendBatches(client, phases.before)
        await withFault(experiment, target, collectorKilled, () => experiment.sendBatches(client, phases.during))
        await experiment.sendBatches(client, phases.after)
        await client.waitUntilDrained(DRAINED_TIMEOUT_MS)
      }),
  },
  ...(
    [
      ['corporate-network', 'a corporate proxy first rejects its password and accepts it later', 'answer-407'],
      ['proxy-page', 'a corporate proxy answers everything with an HTML page', 'html'],
      ['proxy-forbids', 'a corporate proxy forbids the connection for a while', 'forbid'],
    ] as const
  ).map(
    ([name, what, behaviour]): Definition => ({
      name,
      title: `keeps every event when ${what}`,
      requirements: ['R10', 'R12'],
      profile: 'full',
      run: (context) => behindProxy(context, name, behaviour),
    }),
  ),
  {
    name: 'proxy-cuts',
    title: 'keeps every event when a corporate proxy cuts connections in the middle',
    requirements: ['R10', 'R12'],
    profile: 'full',
    run: (context) =>
      throughClients(context, 'proxy-cuts', async ({ experiment, target, phases, client }) => {
        await using proxy = await startConnectProxy()
        const fault = { kind: 'proxy-cut', stage: 'client-collector', parameters: { afterBytes: 40_000 } } as const
        await withFault(experiment, { ...target, proxy }, { fault, operation: 'sending' }, async () => {
          const through = await client({ http_proxy: proxy.url })
          for (const phase of phases.all) await experiment.sendBatches(through, phase)
          await through.waitUntilDrained(DRAINED_TIMEOUT_MS)
        })
      }),
  },
  {
    name: 'no-proxy',
    title: 'bypasses a proxy that forbids everything when no_proxy names the collector',
    requirements: ['R10', 'R12'],
    profile: 'full',
    run: (context) =>
      throughClients(context, 'no-proxy', async ({ experiment, phases, client }) => {
        await using proxy = await startConnectProxy({ behaviour: 'forbid' })
        const past = await client({ http_proxy: proxy.url, no_proxy: '127.0.0.1,localhost' })
        for (const phase of phases.all) await experiment.sendBatches(past, phase)
        experiment.check('proxy', 'connections through it', { actual: proxy.counts().connects, expected: 0 })
        experiment.check('buffering', 'what it said', { actual: past.said, expected: [] })
      }),
  },
]

/** What comes before goes through, what comes during meets the proxy's refusals, and what comes after finds it fixed. */
function behindProxy(context: Context, name: string, behaviour: ProxyRefusal): Promise<Outcome> {
  return throughClients(context, name, async ({ experiment, target, phases, client }) => {
    await using proxy = await startConnectProxy({ users: [{ name: 'team', password: 'right' }] })
    const through = await client({ http_proxy: proxy.userUrl })
    await experiment.sendBatches(through, phases.before)
    const fault = { kind: 'proxy', stage: 'client-collector', parameters: { behaviour } } as const
    await withFault(experiment, { ...target, proxy }, { fault, operation: 'sending' }, () =>
      experiment.sendBatches(through, phases.during),
    )
    await experiment.sendBatches(through, phases.after)
    await through.waitUntilDrained(DRAINED_TIMEOUT_MS)
    experiment.check('proxy', 'the proxy let connections through', {
      actual: proxy.counts().tunnelled > 0,
      expected: true,
    })
  })
}

export const exporters: readonly Definition[] = exported
