// The relay while its backend is away or answers nonsense: what it took meanwhile is kept, and delivered afterwards.
import { profileAt } from '../../generators/profiles.ts'
import { generateSession } from '../../generators/sessions/session.ts'
import { sessionBatches } from '../../generators/sessions/session-batches.ts'
import {
  type Misbehaviour,
  misbehaviours,
  startMisbehavingBackend,
} from '../../harness/faults/backend/misbehaving-backend.ts'
import { type Strike, withFault } from '../../harness/faults/with-fault.ts'
import { throughRelay } from '../../harness/rigs/relay-rig.ts'
import type { Context, Definition, Outcome } from '../../harness/scenario.ts'
import { collectorKilled, DRAINED_TIMEOUT_MS, linkDown } from './strikes.ts'

/** The first wait of 1, 2, 4, 8 s. */
const STANDARD_RETRY_MS = 1_000
/** More than a thousand. */
const LONG_SESSION_EVENTS = 1_001

export const outages: readonly Definition[] = [
  {
    name: 'outage',
    title: 'buffers events while the backend hangs up, and delivers them when it stops doing so',
    requirements: ['R10', 'R11', 'R12'],
    run: outage,
  },
  {
    name: 'offline',
    title:
      'buffers events while the collector is down, even when the relay is killed too, and delivers them afterwards',
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
            actual: /^telemetry: recovered: [\d,]+ buffered events delivered$/.test(said.at(-1) ?? ''),
            expected: true,
          })
        },
      ),
  },
  {
    name: 'thousand-events',
    title: 'keeps more than a thousand events of one session while the collector is unreachable',
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
        experiment.measure('load', {
          name: 'events of the session',
          value: session.events.length,
          unit: 'events',
          limit: { atLeast: LONG_SESSION_EVENTS },
        })
        experiment.ledger.plant(session.planted)
        const batches = sessionBatches(session, { batchSize: 100 }).map(({ batch }) => batch)
        await withFault(experiment, target, linkDown, () => send(batches))
      }),
  },
  {
    name: 'error-recovery',
    title: 'keeps every event when the backend answers with errors, HTML pages, garbage or silence, or hangs up',
    requirements: ['R11', 'R12'],
    profile: 'full',
    run: misbehaving,
  },
]

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
