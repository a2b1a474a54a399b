// Limits: what the stack does with its limits in force, under the load it can just take, and under ten times that.
import { stopSignal } from '../core/cleanup.ts'
import { type Arrivals, arrive } from '../generators/bulk/arrival-rate.ts'
import { makeRequestTemplate } from '../generators/bulk/request-template.ts'
import { grpcSender } from '../generators/emit/replay-grpc.ts'
import { profileAt } from '../generators/profiles.ts'
import { generateSession } from '../generators/sessions/session.ts'
import { sessionBatches } from '../generators/sessions/session-batches.ts'
import { BulkLedger } from '../harness/experiment/bulk-ledger.ts'
import { readBulk } from '../harness/experiment/bulk-read-back.ts'
import type { Experiment } from '../harness/experiment/experiment.ts'
import { runExperiment } from '../harness/experiment/experiment.ts'
import { judgeBulk } from '../harness/judge/judge-bulk.ts'
import { replay } from '../harness/rigs/emitters.ts'
import { comeToRest, measureSaturation } from '../harness/rigs/saturation.ts'
import type { Context, Outcome, Scenario } from '../harness/scenario.ts'
import { suite } from '../harness/scenario.ts'
import type { ContainerFacts, Stack } from '../stack/runtime/runtime.ts'

const EVENTS_A_REQUEST = 100
const STENCILS = 4
/** More than a thousand. */
const LONG_SESSION_EVENTS = 1_001

const MAX_IN_FLIGHT = 256
/** Requests one after the other, when the overload is over. */
const AFTERWARDS = 10
/** Beyond this the harness itself was late, and says nothing about the stack. */
const MAX_DELAY_MS = 1_000

/** How long each part takes, and how long an answer may (10 s is an exporter's own default): the whole in `full`, else a short form. */
const partsMs = {
  full: { saturation: 20_000, sustained: 600_000, tenfold: 60_000, answer: 10_000 },
  standard: { saturation: 3_000, sustained: 4_000, tenfold: 2_000, answer: 5_000 },
  smoke: { saturation: 3_000, sustained: 4_000, tenfold: 2_000, answer: 5_000 },
} as const

const notEnforced = { skipped: 'the embedded runtime enforces no limits' } as const

/** On a shared stack whose limits are in force; afterwards every service must be the one that it was before. */
async function withinLimits(
  context: Context,
  mark: string,
  work: (experiment: Experiment, stack: Stack) => Promise<void>,
): Promise<Outcome> {
  if (context.runtime === 'embedded') return notEnforced
  const stack = await context.stack()
  const { containers } = stack
  if (!containers || stack.limits.some(({ enforced }) => !enforced)) return notEnforced
  return runExperiment(
    context,
    { mark, rules: { counters: false } },
    async (experiment) => {
      const before = await containers.facts()
      await work(experiment, stack)
      const after = await containers.facts()
      for (const one of after.filter(({ running }) => running)) unharmed(experiment, before, one)
      experiment.check('limits', 'services that run no more', { actual: gone(before, after), expected: [] })
    },
    stack,
  )
}

function unharmed(experiment: Experiment, before: readonly ContainerFacts[], now: ContainerFacts): void {
  const then = before.find(({ service }) => service === now.service)
  const facts = ({ oomKilled, restarts, startedAtMs }: ContainerFacts) => ({ oomKilled, restarts, startedAtMs })
  experiment.check('limits', `${now.service} was not killed or started again`, {
    actual: facts(now),
    expected: then && { ...facts(then), oomKilled: false },
  })
}

function gone(before: readonly ContainerFacts[], after: readonly ContainerFacts[]): string[] {
  const running = (facts: readonly ContainerFacts[]) => facts.filter((one) => one.running).map(({ service }) => service)
  return running(before).filter((service) => !running(after).includes(service))
}

export const limits: Scenario[] = suite('limits', [
  {
    name: 'one-session',
    title: 'accepts a session of more than a thousand events at once, within its limits',
    requirements: ['R2', 'R12'],
    run: (context) =>
      withinLimits(context, 'one-session', async (experiment, stack) => {
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
        await using connections = new AsyncDisposableStack()
        const emitters = Array.from({ length: 4 }, () => connections.use(replay(stack, 'grpc')))
        await experiment.sendParallel(
          emitters,
          sessionBatches(session, { batchSize: 200 }).map(({ batch }) => batch),
        )
      }),
  },
  {
    name: 'saturated',
    title: 'accepts 80 % of its saturation, pushes back at ten times that, and loses no acknowledged event',
    requirements: ['R2', 'R12', 'R17'],
    run: (context) => withinLimits(context, 'saturated', (experiment, stack) => saturate(context, experiment, stack)),
  },
])

async function saturate(context: Context, experiment: Experiment, stack: Stack): Promise<void> {
  const parts = partsMs[context.profile]
  const stencils = Array.from({ length: STENCILS }, (_, index) =>
    makeRequestTemplate({ seed: context.seed, index, startMs: context.dataStartMs, events: EVENTS_A_REQUEST }),
  )
  const ledger = new BulkLedger(stencils, stack.salt)
  await using sender = grpcSender({
    protocol: 'grpc',
    endpoint: stack.endpoints.otlpGrpc,
    timeoutMs: parts.answer,
  })
  const saturation = await measureSaturation(context, experiment, stack, ledger, sender, parts.saturation)
  const say = (what: string) => (elapsedMs: number) =>
    context.progress(`${what}, ${Math.round(elapsedMs / 1000)} s; ${ledger.events('accepted')} events acknowledged`)
  const load = (share: number, durationMs: number, what: string) =>
    arrive({
      shape: { executor: 'constant-arrival-rate', rate: (saturation * share) / EVENTS_A_REQUEST, durationMs },
      maxInFlight: MAX_IN_FLIGHT,
      signal: stopSignal,
      work: async () => void (await ledger.offer(sender)),
      onProgress: say(what),
    })

  const sustainedFrom = ledger.requests
  const sustained = await load(0.8, parts.sustained, '80 % of saturation')
  onTime(experiment, 'at 80 % of saturation', sustained)
  experiment.check('capacity', 'requests not sent at 80 % of saturation, as too many waited', {
    actual: sustained.dropped,
    expected: 0,
  })
  experiment.check('capacity', 'events refused at 80 % of saturation', {
    actual: ledger.events('refused', sustainedFrom),
    expected: 0,
  })
  experiment.check('capacity', 'events without an answer at 80 % of saturation', {
    actual: ledger.events('indeterminate', sustainedFrom),
    expected: 0,
  })

  const tenfoldFrom = ledger.requests
  const tenfold = await load(8, parts.tenfold, 'ten times that')
  onTime(experiment, 'at ten times that', tenfold)
  // What is taken in time and in full was no overload.
  if (ledger.events('accepted', tenfoldFrom) === tenfold.due * EVENTS_A_REQUEST)
    experiment.inconclusive(
      'load',
      'ten times the load was taken in full: what saturates the stack was measured too low',
    )

  await comeToRest(context, experiment, stack, ledger)
  const afterFrom = ledger.requests
  for (let request = 0; request < AFTERWARDS; request += 1) await ledger.offer(sender)
  experiment.check('capacity', 'events that it takes after the overload', {
    actual: ledger.events('accepted', afterFrom),
    expected: AFTERWARDS * EVENTS_A_REQUEST,
  })
  await comeToRest(context, experiment, stack, ledger)
  const note = (name: string, value: number, unit: 'requests' | 'ms') =>
    experiment.measure('capacity', { name, value, unit })
  note('due at 80 % of saturation', sustained.due, 'requests')
  note('due at ten times that', tenfold.due, 'requests')
  note('not sent at ten times that, as too many waited', tenfold.dropped, 'requests')
  note('99 % of answers', ledger.answeredWithinMs(0.99), 'ms')
  const refusals = [...ledger.refusals].map(([code, count]) => `${count} ${code}`).join(', ') || 'none'
  const about = `requests refused: ${refusals}`
  experiment.addBulkTally({ ...judgeBulk(ledger, await readBulk(ledger, experiment.database)), about })
}

function onTime(experiment: Experiment, when: string, { lateness }: Arrivals): void {
  experiment.measure('load', {
    name: `how far the harness was behind its own rate ${when}, 99 % of requests`,
    value: lateness.p99Ms,
    unit: 'ms',
    limit: { atMost: MAX_DELAY_MS, missed: 'unknown' },
  })
}
