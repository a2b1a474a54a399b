// Buffering: what a relay at the client's end promises on its own: taken is delivered, whatever happens meanwhile.
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { until } from '../../core/poll.ts'
import { sendRaw } from '../../generators/emit/send-raw.ts'
import { profileAt } from '../../generators/profiles.ts'
import { generateSession } from '../../generators/session.ts'
import { sessionBatches } from '../../generators/session-batches.ts'
import type { RelayProcess } from '../client-end/relay-process.ts'
import { throughRelay } from '../client-end/through-relay.ts'
import { during } from '../faults/exercise.ts'
import { startFirewall } from '../faults/firewall.ts'
import { type Misbehaviour, misbehaviours, startMisbehavingBackend } from '../faults/misbehaving-backend.ts'
import { hasSmallDisks, onSmallDisk } from '../faults/small-disk.ts'
import type { Proof } from '../proof.ts'
import type { Context, Outcome, Scenario } from '../scenario.ts'
import { aDayBefore, type Definition, suite } from './define.ts'

const CAUGHT_UP_MS = 30_000
const SMALL_DISK_BYTES = 96 * 1024
/** The first wait of the seed's 1, 2, 4, 8 s. */
const SEED_RETRY_MS = 1_000

const collectorGone = { kind: 'kill', stage: 'collector', parameters: {} } as const
const linkDown = { kind: 'down', stage: 'client-collector', parameters: {} } as const

const relayed: Definition[] = [
  {
    name: 'outage',
    title: 'keeps what comes while the backend hangs up on it, and delivers it when it does not',
    requirements: ['R10', 'R11', 'R12'],
    run: outage,
  },
  {
    name: 'offline',
    title:
      'keeps what comes while the collector is killed, through a kill of the relay too, and delivers it when it is back',
    requirements: ['R10', 'R11', 'R12'],
    profile: 'full',
    run: (context) =>
      throughRelay(
        context,
        'offline',
        { retryBaseMs: SEED_RETRY_MS },
        async ({ proof, target, thirds, send, relay }) => {
          await send(thirds[0] ?? [])
          await during(proof, target, { fault: collectorGone, operation: 'sending' }, async () => {
            await send(thirds[1] ?? [])
            const fault = { kind: 'kill', stage: 'relay', parameters: {} }
            await during(proof, target, { fault, operation: 'parking' }, async () => {})
            await send(thirds[2] ?? [])
            proof.compare('buffering', 'events wait on disk', (await relay.status()).buffer.parked.bytes > 0, true)
          })
          await relay.caughtUp(CAUGHT_UP_MS)
          proof.compare('buffering', 'files that are left', await relay.files('parked'), [])
          const said = (await relay.logs(50)).filter((line) => line.startsWith('telemetry: '))
          proof.compare(
            'buffering',
            'the last line for the console',
            /^telemetry: caught up, [\d,]+ kept events are delivered$/.test(said.at(-1) ?? ''),
            true,
          )
        },
      ),
  },
  {
    name: 'thousand-events',
    title: 'keeps more than a thousand events of one session that come while nobody is there',
    requirements: ['R11', 'R12'],
    profile: 'full',
    run: (context) =>
      throughRelay(context, 'thousand-events', {}, async ({ proof, target, send }) => {
        const session = generateSession({
          ...{ seed: context.seed, index: 0, startMs: aDayBefore(context), profile: profileAt(0), prompts: 120 },
        })
        proof.compare('load', 'it has more than a thousand events', session.events.length > 1_000, true)
        proof.ledger.plant(session.planted)
        const batches = sessionBatches(session, { batchSize: 100 }).map(({ batch }) => batch)
        await during(proof, target, { fault: linkDown, operation: 'sending' }, () => send(batches))
      }),
  },
  {
    name: 'error-recovery',
    title:
      'keeps every event when the backend answers with errors, pages, garbage, silence and nothing at all, one after the other',
    requirements: ['R11', 'R12'],
    profile: 'full',
    run: misbehaving,
  },
  {
    name: 'disk-limit',
    title: 'refuses what it cannot keep, deletes nothing for it, and takes more when there is room again',
    requirements: ['R10', 'R11', 'R12'],
    profile: 'full',
    run: (context) =>
      throughRelay(
        context,
        'disk-limit',
        { maxDisk: '60K', rules: { maxRefusedBatches: Number.MAX_SAFE_INTEGER } },
        async ({ proof, target, thirds, send, relay }) => {
          await during(proof, target, { fault: linkDown, operation: 'sending' }, async () => {
            await send(thirds[0] ?? [])
            await send(thirds[1] ?? [])
            const { used, refused, health } = await fullness(relay)
            proof.compare('buffering', 'bytes on disk, at most', used <= 60 * 1024, true)
            proof.compare('buffering', 'events were refused', refused > 0, true)
            proof.compare('buffering', 'its health says so', health, 503)
          })
          await takesMore(relay, proof, () => send(thirds[2] ?? []))
        },
      ),
  },
  {
    name: 'disk-full',
    title: 'refuses what it cannot keep when the disk is full, and loses nothing of what it has kept there',
    requirements: ['R10', 'R11', 'R12'],
    profile: 'full',
    run: diskFull,
  },
  {
    name: 'clock-jump',
    title: 'delivers everything when the clock of the relay goes back an hour between two starts',
    requirements: ['R11', 'R12'],
    profile: 'full',
    run: (context) =>
      throughRelay(context, 'clock-jump', {}, async ({ proof, target, thirds, send, relay }) => {
        await during(proof, target, { fault: linkDown, operation: 'sending' }, async () => {
          await send(thirds[0] ?? [])
          const [before] = await relay.files('parked')
          await relay.stop()
          relay.shiftClock(-3_600_000)
          await relay.start()
          await send(thirds[1] ?? [])
          const times = (await relay.files('parked')).map((name) => Number(name.split('-')[1]))
          const jump = Number(before?.split('-')[1]) - Math.min(...times)
          const effect =
            jump > 3_000_000 ? `a later file bears a time ${Math.round(jump / 60_000)} minutes earlier` : null
          proof.exercised({
            kind: 'clock-jump',
            stage: 'relay',
            parameters: { offsetMs: -3_600_000 },
            operation: 'parking',
            effect,
          })
        })
        await send(thirds[2] ?? [])
      }),
  },
  {
    name: 'hostile-requests',
    title: 'takes no harm from requests that are too large, broken off, packed to burst or no OTLP at all',
    requirements: ['R11'],
    profile: 'full',
    run: (context) =>
      throughRelay(context, 'hostile-requests', {}, async ({ proof, thirds, send, relay }) => {
        await send(thirds[0] ?? [])
        for (const [what, status, expected] of await hostileAnswers(relay.http))
          proof.compare('relay', what, status, expected)
        await send(thirds[1] ?? [])
        await send(thirds[2] ?? [])
        const { memory } = await relay.status()
        proof.compare('relay', 'bytes of requests in memory', memory.requestsBytes, 0)
      }),
  },
  ...(['reject', 'drop'] as const).map(
    (mode): Definition => ({
      name: `firewall-${mode}s`,
      title: `keeps every event when a firewall ${mode === 'reject' ? 'refuses' : 'swallows'} connections to the collector`,
      requirements: ['R11', 'R12'],
      profile: 'full',
      run: (context) => behindFirewall(context, mode),
    }),
  ),
]

async function fullness(relay: {
  readonly http: string
  status(): Promise<{ readonly buffer: { readonly usedBytes: number; readonly refused: number } }>
}) {
  const { buffer } = await relay.status()
  const health = (await fetch(`${relay.http}/health`)).status
  return { used: buffer.usedBytes, refused: buffer.refused, health }
}

/** Once all is delivered, there is room again. */
async function takesMore(relay: RelayProcess, proof: Proof, send: () => Promise<void>): Promise<void> {
  await relay.caughtUp(CAUGHT_UP_MS)
  const before = (await relay.status()).buffer.refused
  await send()
  const { refused, health } = await fullness(relay)
  proof.compare('buffering', 'events refused when there is room again', refused - before, 0)
  proof.compare('buffering', 'its health', health, 200)
}

async function diskFull(context: Context): Promise<Outcome> {
  if (!(await hasSmallDisks())) return { skipped: 'this system gives a process no disk of its own (unshare)' }
  return await throughRelay(
    context,
    'disk-full',
    {
      under: (directory) => onSmallDisk(directory, SMALL_DISK_BYTES),
      rules: { maxRefusedBatches: Number.MAX_SAFE_INTEGER },
    },
    async ({ proof, target, thirds, send, relay }) => {
      const words = async () => (await relay.logs(50)).find((line) => line.includes('ENOSPC'))
      await during(proof, target, { fault: linkDown, operation: 'sending' }, async () => {
        await send(thirds[0] ?? [])
        await send(thirds[1] ?? [])
        const { used, refused, health } = await fullness(relay)
        proof.compare('buffering', 'something is kept', used > 0 && used <= SMALL_DISK_BYTES, true)
        proof.compare('buffering', 'events were refused', refused > 0, true)
        proof.compare('buffering', 'its health says so', health, 503)
        proof.exercised({
          ...{ kind: 'disk-full', stage: 'relay', parameters: { bytes: SMALL_DISK_BYTES }, operation: 'parking' },
          effect: (await words()) ?? null,
        })
      })
      await takesMore(relay, proof, () => send(thirds[2] ?? []))
    },
  )
}

/** On the shared stack: short enough for every run. */
async function outage(context: Context): Promise<Outcome> {
  const stack = await context.stack()
  await using backend = await startMisbehavingBackend(stack.endpoints.otlpHttp)
  const options = { stack, backend: backend.endpoint, sessions: 2 }
  return await throughRelay(context, 'outage', options, async ({ proof, thirds, send }) => {
    await send(thirds[0] ?? [])
    backend.behave('hang up')
    await send(thirds[1] ?? [])
    await send(thirds[2] ?? [])
    const met = backend.counts()['hang up'] ?? 0
    const effect = met > 0 ? `${met} requests met it` : null
    proof.exercised({ kind: 'hang up', stage: 'backend', parameters: {}, operation: 'sending', effect })
    backend.behave('pass')
  })
}

async function misbehaving(context: Context): Promise<Outcome> {
  const stack = await context.faultyStack()
  await using backend = await startMisbehavingBackend(stack.endpoints.otlpHttp)
  return await throughRelay(
    context,
    'error-recovery',
    { backend: backend.endpoint, sessions: 10 },
    async ({ proof, thirds, send, relay }) => {
      const batches = thirds.flat()
      const bad = misbehaviours.filter((one): one is Exclude<Misbehaviour, 'pass'> => one !== 'pass')
      for (const [index, behaviour] of bad.entries()) {
        backend.behave(behaviour)
        await send(batches.filter((_, number) => number % bad.length === index))
        const seen = () => backend.counts()[behaviour] ?? 0
        await until(`a request that meets ${behaviour}`, async () => seen() > 0, { timeoutMs: 20_000 })
        proof.exercised({
          kind: behaviour,
          stage: 'backend',
          parameters: {},
          operation: 'sending',
          effect: `${seen()} requests met it`,
        })
        backend.behave('pass')
        await relay.caughtUp(CAUGHT_UP_MS)
      }
    },
  )
}

async function behindFirewall(context: Context, mode: 'reject' | 'drop'): Promise<Outcome> {
  const stack = await context.faultyStack()
  await using firewall = await startFirewall('open', new URL(stack.endpoints.otlpHttp).host)
  return await throughRelay(
    context,
    `firewall-${mode}`,
    { backend: `http://${firewall.endpoint}` },
    async ({ proof, thirds, send }) => {
      await send(thirds[0] ?? [])
      await firewall.setMode(mode)
      await send(thirds[1] ?? [])
      proof.exercised({
        kind: `firewall-${mode}`,
        stage: 'client-collector',
        parameters: {},
        operation: 'sending',
        effect: firewall.effect() ?? null,
      })
      await firewall.setMode('open')
      await send(thirds[2] ?? [])
    },
  )
}

/** What was sent, how it was answered, and how it must be. */
async function hostileAnswers(http: string): Promise<[string, unknown, unknown][]> {
  const post = async (headers: Record<string, string>, body: Buffer, contentType = 'application/x-protobuf') =>
    (
      await sendRaw({ endpoint: http, path: '/v1/logs', body, contentType, headers, timeoutMs: 10_000 }).catch(
        () => undefined,
      )
    )?.status
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024))
  // A server that does not read on may cut the connection before its answer is read.
  const large = await post({}, Buffer.alloc(100 * 1024 * 1024))
  return [
    ['100 MB are refused', large === 413 || large === undefined, true],
    ['a gzip bomb', await post({ 'content-encoding': 'gzip' }, bomb), 413],
    ['broken gzip', await post({ 'content-encoding': 'gzip' }, Buffer.from('no gzip')), 400],
    ['no OTLP', await post({}, Buffer.from('<html>')), 400],
    ['no JSON', await post({}, Buffer.from('{'), 'application/json'), 400],
    ['another content type', await post({}, Buffer.from('x'), 'text/plain'), 400],
    ['half a request', await halfRequest(http), 'cut off'],
  ]
}

/** Says that it will send more than it does, and goes away. */
async function halfRequest(http: string): Promise<string> {
  const { port, hostname } = new URL(http)
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `POST /v1/logs HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: 5000\r\n\r\nhalf`,
        () => {
          socket.destroy()
          resolve()
        },
      )
    })
    socket.once('error', reject)
  })
  return 'cut off'
}

export const buffering: Scenario[] = suite('buffering', relayed)
