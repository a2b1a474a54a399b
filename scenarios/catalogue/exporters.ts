// Buffered exporters: what a client that can load them promises on its own, behind proxies too; taken is delivered.
import { type ClientOptions, ClientProcess } from '../client-end/client-process.ts'
import { throughClients } from '../client-end/through-clients.ts'
import { type ProxyBehaviour, startConnectProxy } from '../faults/connect-proxy.ts'
import { during } from '../faults/exercise.ts'
import type { Context, Outcome, Scenario } from '../scenario.ts'
import { type Definition, suite } from './define.ts'

const CAUGHT_UP_MS = 30_000

const collectorGone = { kind: 'kill', stage: 'collector', parameters: {} } as const
const linkDown = { kind: 'down', stage: 'client-collector', parameters: {} } as const

const exported: Definition[] = [
  {
    name: 'headless-client',
    title: 'loses nothing of a client that ends at once while nobody is there: the next one delivers it',
    requirements: ['R10', 'R12'],
    profile: 'full',
    run: (context) =>
      throughClients(context, 'headless-client', async ({ proof, target, thirds, options }) => {
        await during(proof, target, { fault: linkDown, operation: 'sending' }, async () => {
          for (const third of thirds) {
            await using client = await ClientProcess.start(options)
            await proof.deliverBatches(client, third)
          }
        })
        await using next = await ClientProcess.start(options)
        await next.caughtUp(CAUGHT_UP_MS)
        const said = next.said.some((line) => line.startsWith('telemetry: caught up, '))
        proof.compare('buffering', 'it says on the console that it has caught up', said, true)
      }),
  },
  {
    name: 'client-killed',
    title: 'loses nothing that a client acknowledged before it was killed',
    requirements: ['R10', 'R12'],
    profile: 'full',
    run: (context) =>
      throughClients(context, 'client-killed', async ({ proof, target, thirds, client }) => {
        await during(proof, target, { fault: linkDown, operation: 'sending' }, async () => {
          const first = await client()
          await proof.deliverBatches(first, thirds[0] ?? [])
          await first.kill()
          proof.exercised({
            kind: 'kill',
            stage: 'client',
            parameters: {},
            operation: 'parking',
            effect: `the client has ended`,
          })
          await proof.deliverBatches(await client(), thirds[1] ?? [])
        })
        const last = await client()
        await proof.deliverBatches(last, thirds[2] ?? [])
        await last.caughtUp(CAUGHT_UP_MS)
      }),
  },
  {
    name: 'two-clients',
    title: 'keeps the events of two clients that share a directory and a session apart, and shows each once',
    requirements: ['R7', 'R10', 'R12'],
    profile: 'full',
    run: (context) =>
      throughClients(context, 'two-clients', async ({ proof, target, thirds, client }) => {
        const [one, two] = [await client(), await client()]
        await during(proof, target, { fault: linkDown, operation: 'sending' }, () =>
          proof.deliverParallel([one, two], thirds.flat()),
        )
        await Promise.all([one.caughtUp(CAUGHT_UP_MS), two.caughtUp(CAUGHT_UP_MS)])
      }),
  },
  {
    name: 'over-http',
    title: 'keeps every event when it exports over HTTP and the collector is killed',
    requirements: ['R10', 'R12'],
    profile: 'full',
    run: (context) =>
      throughClients(context, 'over-http', async ({ proof, target, thirds, options }) => {
        const base = target.stack.endpoints.links?.otlpHttp ?? target.stack.endpoints.otlpHttp
        // The URL of an exporter over HTTP is its signal's own; from the environment it is the base.
        const env = { OTEL_EXPORTER_OTLP_ENDPOINT: base }
        const { url: _, ...rest } = options
        await using client = await ClientProcess.start(
          { ...rest, protocol: 'http/protobuf' } as unknown as ClientOptions,
          env,
        )
        await proof.deliverBatches(client, thirds[0] ?? [])
        await during(proof, target, { fault: collectorGone, operation: 'sending' }, () =>
          proof.deliverBatches(client, thirds[1] ?? []),
        )
        await proof.deliverBatches(client, thirds[2] ?? [])
        await client.caughtUp(CAUGHT_UP_MS)
      }),
  },
  ...(
    [
      ['corporate-network', 'a corporate proxy first refuses its password, and takes it later', 'answer-407'],
      ['proxy-page', 'a corporate proxy answers everything with a page', 'html'],
      ['proxy-forbids', 'a corporate proxy forbids the way for a while', 'forbid'],
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
      throughClients(context, 'proxy-cuts', async ({ proof, thirds, client }) => {
        await using proxy = await startConnectProxy({ cutAfterBytes: 40_000 })
        const through = await client({}, { http_proxy: proxy.url })
        for (const third of thirds) await proof.deliverBatches(through, third)
        const { cut } = proxy.counts()
        const effect = cut > 0 ? `${cut} connections were cut after 40,000 bytes` : null
        proof.exercised({
          kind: 'proxy-cuts',
          stage: 'client-collector',
          parameters: { bytes: 40_000 },
          operation: 'sending',
          effect,
        })
        await through.caughtUp(CAUGHT_UP_MS)
      }),
  },
  {
    name: 'no-proxy',
    title: 'goes past a proxy that takes nothing where no_proxy names the collector',
    requirements: ['R10', 'R12'],
    profile: 'full',
    run: (context) =>
      throughClients(context, 'no-proxy', async ({ proof, thirds, client }) => {
        await using proxy = await startConnectProxy({ behaviour: 'forbid' })
        const past = await client({}, { http_proxy: proxy.url, no_proxy: '127.0.0.1,localhost' })
        for (const third of thirds) await proof.deliverBatches(past, third)
        proof.compare('proxy', 'connections through it', proxy.counts().connects, 0)
        proof.compare('buffering', 'what it said', past.said, [])
      }),
  },
]

/** The first third goes through, the second meets the proxy's refusals, and the third finds it mended. */
function behindProxy(context: Context, name: string, behaviour: ProxyBehaviour): Promise<Outcome> {
  return throughClients(context, name, async ({ proof, thirds, client }) => {
    await using proxy = await startConnectProxy({ users: [{ name: 'team', password: 'right' }] })
    const through = await client({}, { http_proxy: proxy.userUrl })
    await proof.deliverBatches(through, thirds[0] ?? [])
    proxy.setBehaviour(behaviour)
    proxy.cutOpen()
    await proof.deliverBatches(through, thirds[1] ?? [])
    const counts = proxy.counts()
    const met = {
      'answer-407': counts.refused407,
      html: counts.html,
      forbid: counts.refused403,
      tunnel: counts.connects,
    }[behaviour]
    proof.exercised({
      kind: `proxy-${behaviour}`,
      stage: 'client-collector',
      parameters: {},
      operation: 'sending',
      effect: met > 0 ? `${met} connections met it` : null,
    })
    proxy.setBehaviour('tunnel')
    await proof.deliverBatches(through, thirds[2] ?? [])
    await through.caughtUp(CAUGHT_UP_MS)
    proof.compare('proxy', 'the proxy let connections through', proxy.counts().tunnelled > 0, true)
  })
}

export const exporters: Scenario[] = suite('buffering', exported)
