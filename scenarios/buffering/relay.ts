// Buffering: what a relay at the client's end promises on its own: taken is delivered, whatever happens meanwhile.
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { sendRaw } from '../../generators/emit/send-raw.ts'
import { profileAt } from '../../generators/profiles.ts'
import { generateSession } from '../../generators/sessions/session.ts'
import { sessionBatches } from '../../generators/sessions/session-batches.ts'
import type { Experiment } from '../../harness/experiment/experiment.ts'
import {
  type Misbehaviour,
  misbehaviours,
  startMisbehavingBackend,
} from '../../harness/faults/backend/misbehaving-backend.ts'
import { hasSmallDisks, onSmallDisk } from '../../harness/faults/disk/small-disk.ts'
import { startFirewall } from '../../harness/faults/firewall/firewall.ts'
import type { FillableDisk } from '../../harness/faults/target.ts'
import { type Strike, withFault } from '../../harness/faults/with-fault.ts'
import type { RelayProcess } from '../../harness/processes/relay-process.ts'
import { throughRelay } from '../../harness/rigs/relay-rig.ts'
import type { Context, Definition, Outcome } from '../../harness/scenario.ts'

const DRAINED_TIMEOUT_MS = 30_000
const SMALL_DISK_BYTES = 96 * 1024
/** The first wait of 1, 2, 4, 8 s. */
const STANDARD_RETRY_MS = 1_000

const collectorKilled: Strike = { fault: { kind: 'kill', stage: 'collector', parameters: {} }, operation: 'sending' }
const linkDown: Strike = { fault: { kind: 'down', stage: 'client-collector', parameters: {} }, operation: 'sending' }

export const relayed: readonly Definition[] = [
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
        { retryBaseMs: STANDARD_RETRY_MS },
        async ({ experiment, target, phases, send, relay }) => {
          await send(phases.before)
          await withFault(experiment, target, collectorKilled, async () => {
            await send(phases.during)
            const fault = { kind: 'kill', stage: 'relay', parameters: {} } as const
            await withFault(experiment, target, { fault, operation: 'parking' }, async () => {})
            await send(phases.after)
            experiment.check('buffering', 'events wait on disk', {
              actual: (await relay.status()).buffer.parked.bytes > 0,
              expected: true,
            })
          })
          await relay.waitUntilDrained(DRAINED_TIMEOUT_MS)
          experiment.check('buffering', 'files that are left', { actual: await relay.files('parked'), expected: [] })
          const said = (await relay.logs(50)).filter((line) => line.startsWith('telemetry: '))
          experiment.check('buffering', 'the last line for the console', {
            actual: /^telemetry: caught up, [\d,]+ kept events are delivered$/.test(said.at(-1) ?? ''),
            expected: true,
          })
        },
      ),
  },
  {
    name: 'thousand-events',
    title: 'keeps more than a thousand events of one session that come while nobody is there',
    requirements: ['R11', 'R12'],
    profile: 'full',
    run: (context) =>
      throughRelay(context, 'thousand-events', {}, async ({ experiment, target, send }) => {
        const session = generateSession({
          seed: context.seed,
          index: 0,
          startMs: context.dataStartMs,
          profile: profileAt(0),
          prompts: 120,
        })
        experiment.check('load', 'it has more than a thousand events', {
          actual: session.events.length > 1_000,
          expected: true,
        })
        experiment.ledger.plant(session.planted)
        const batches = sessionBatches(session, { batchSize: 100 }).map(({ batch }) => batch)
        await withFault(experiment, target, linkDown, () => send(batches))
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
        async ({ experiment, target, phases, send, relay }) => {
          await withFault(experiment, target, linkDown, async () => {
            await send(phases.before)
            await send(phases.during)
            const { used, refused, health } = await fullness(relay)
            experiment.check('buffering', 'bytes on disk, at most', { actual: used <= 60 * 1024, expected: true })
            experiment.check('buffering', 'events were refused', { actual: refused > 0, expected: true })
            experiment.check('buffering', 'its health says so', { actual: health, expected: 503 })
          })
          await acceptsAgain(relay, experiment, () => send(phases.after))
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
      throughRelay(context, 'clock-jump', {}, async ({ experiment, target, phases, send }) => {
        await withFault(experiment, target, linkDown, async () => {
          await send(phases.before)
          const fault = { kind: 'clock-jump', stage: 'relay', parameters: { offsetMs: -3_600_000 } } as const
          await withFault(experiment, target, { fault, operation: 'parking' }, () => send(phases.during))
        })
        await send(phases.after)
      }),
  },
  {
    name: 'hostile-requests',
    title: 'takes no harm from requests that are too large, broken off, packed to burst or no OTLP at all',
    requirements: ['R11'],
    profile: 'full',
    run: (context) =>
      throughRelay(context, 'hostile-requests', {}, async ({ experiment, phases, send, relay }) => {
        await send(phases.before)
        for (const [what, status, expected] of await hostileAnswers(relay.http))
          experiment.check('relay', what, { actual: status, expected })
        await send(phases.during)
        await send(phases.after)
        const { memory } = await relay.status()
        experiment.check('relay', 'bytes of requests in memory', { actual: memory.requestsBytes, expected: 0 })
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
async function acceptsAgain(relay: RelayProcess, experiment: Experiment, send: () => Promise<void>): Promise<void> {
  await relay.waitUntilDrained(DRAINED_TIMEOUT_MS)
  const before = (await relay.status()).buffer.refused
  await send()
  const { refused, health } = await fullness(relay)
  experiment.check('buffering', 'events refused when there is room again', { actual: refused - before, expected: 0 })
  experiment.check('buffering', 'its health', { actual: health, expected: 200 })
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
    async ({ experiment, target, phases, send, relay }) => {
      const fault = { kind: 'disk-full', stage: 'relay', parameters: { diskBytes: SMALL_DISK_BYTES } } as const
      const disks = { relay: filledByParking(relay) }
      await withFault(experiment, target, linkDown, () =>
        withFault(experiment, { ...target, disks }, { fault, operation: 'parking' }, async () => {
          await send(phases.before)
          await send(phases.during)
          const { used, refused, health } = await fullness(relay)
          experiment.check('buffering', 'something is kept', {
            actual: used > 0 && used <= SMALL_DISK_BYTES,
            expected: true,
          })
          experiment.check('buffering', 'events were refused', { actual: refused > 0, expected: true })
          experiment.check('buffering', 'its health says so', { actual: health, expected: 503 })
        }),
      )
      await acceptsAgain(relay, experiment, () => send(phases.after))
    },
  )
}

/** What is parked fills it, and its delivery makes room again. */
function filledByParking(relay: RelayProcess): FillableDisk {
  return {
    fill: async () => {},
    complaint: async () => (await relay.logs(50)).find((line) => line.includes('ENOSPC')),
    free: async () => {},
  }
}

function misbehaves(behaviour: Misbehaviour): Strike {
  return { fault: { kind: 'misbehave', stage: 'backend', parameters: { behaviour } }, operation: 'sending' }
}

/** On the shared stack: short enough for every run. */
async function outage(context: Context): Promise<Outcome> {
  const stack = await context.stack()
  await using backend = await startMisbehavingBackend(stack.endpoints.otlpHttp)
  const options = { stack, backend: backend.endpoint, sessions: 2, target: { backend } }
  return await throughRelay(context, 'outage', options, async ({ experiment, target, phases, send }) => {
    await send(phases.before)
    await withFault(experiment, target, misbehaves('hang up'), async () => {
      await send(phases.during)
      await send(phases.after)
    })
  })
}

async function misbehaving(context: Context): Promise<Outcome> {
  const stack = await context.faultyStack()
  await using backend = await startMisbehavingBackend(stack.endpoints.otlpHttp)
  return await throughRelay(
    context,
    'error-recovery',
    { backend: backend.endpoint, sessions: 10, target: { backend } },
    async ({ experiment, target, phases, send, relay }) => {
      const batches = phases.all.flat()
      for (const [index, behaviour] of misbehaviours.entries()) {
        const share = batches.filter((_, number) => number % misbehaviours.length === index)
        await withFault(experiment, target, misbehaves(behaviour), () => send(share))
        await relay.waitUntilDrained(DRAINED_TIMEOUT_MS)
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
    { backend: `http://${firewall.endpoint}`, target: { firewall } },
    async ({ experiment, target, phases, send }) => {
      await send(phases.before)
      const fault = { kind: 'firewall', stage: 'client-collector', parameters: { mode } } as const
      await withFault(experiment, target, { fault, operation: 'sending' }, () => send(phases.during))
      await send(phases.after)
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
