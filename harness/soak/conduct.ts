// A soak from beginning to end: a stack of its own with a relay before it, sessions for as long as wanted, and everything judged.
import { tmpdir } from 'node:os'
import { stopSignal } from '../../core/cleanup.ts'
import { messageOf, UserError } from '../../core/errors.ts'
import type { RequestTemplate } from '../../generators/bulk/request-template.ts'
import { grpcSender } from '../../generators/emit/replay-grpc.ts'
import type { Preset } from '../../generators/team/preset.ts'
import { teamTemplates } from '../../generators/team/team-templates.ts'
import { connect, type Database } from '../../stack/clickhouse/database.ts'
import { askerOf } from '../../stack/runtime/docker-cli.ts'
import { removeProject } from '../../stack/runtime/remove-project.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { BulkLedger } from '../experiment/bulk-ledger.ts'
import { judgeInParts } from '../experiment/bulk-read-back.ts'
import { type Experiment, runExperiment } from '../experiment/experiment.ts'
import type { BulkTally } from '../judge/model/bulk-tally.ts'
import { RelayProcess } from '../processes/relay-process.ts'
import { comeToRest, measureSaturation } from '../rigs/saturation.ts'
import { faultyOverrides } from '../run/stacks.ts'
import type { Context, Outcome } from '../scenario.ts'
import type { SoakState } from './files.ts'
import type { SoakOrder } from './order.ts'
import { type PartEnd, runPart } from './part.ts'
import { judgeSoak } from './verdict.ts'

const EVENTS_A_REQUEST = 100
const SESSIONS = 24
const DAY_MS = 86_400_000
/** A preset's days are over when the load begins. */
const PRESET_DAYS = 7
const TIMEOUT_MS = 10_000
const RETRY_BASE_MS = 1_000
/** When the time is over, what is under way may still arrive. */
const GRACE_MS = 60_000
const NOT_AT_REST = 'the time limit of --within was reached while events were still on their way'
/** Reading back all of a long soak takes its time. */
const ANSWER_MS = 1_800_000

interface Rig {
  readonly context: Context
  readonly order: SoakOrder
  readonly experiment: Experiment
  readonly stack: Stack
  readonly relay: RelayProcess
  readonly admin: Database
}

export async function conductSoak(context: Context, order: SoakOrder): Promise<Outcome> {
  const { plan, files, state } = order
  const goesOn = state !== undefined && state.parts.length > 0
  if (!goesOn && files !== undefined) {
    await files.clear()
    if (plan.runtime !== 'embedded') await removeProject(files.projectName, { ask: askerOf(plan.runtime) })
  }
  const stack = await context.ownStack({
    ...(plan.faults ? faultyOverrides : {}),
    // As it is shipped: what a soak measures is the daily stack.
    variables: { ...(plan.faults ? faultyOverrides.variables : {}), TELEMETRY_BATCH_WAIT: '1s' },
    ...(files && { dataDirectory: files.data, projectName: files.projectName }),
  })
  order.started?.(stack)
  await using relay = await RelayProcess.start({
    stackDirectory: context.stackDirectory,
    backend: stack.endpoints.links?.otlpHttp ?? stack.endpoints.otlpHttp,
    salt: stack.salt,
    retryBaseMs: RETRY_BASE_MS,
    ...(files && { directory: files.relay }),
  })
  await using admin = connect(stack, 'admin', { answerMs: ANSWER_MS })
  return await runExperiment(
    context,
    { mark: 'soak', rules: { counters: false } },
    (experiment) => soak({ context, order, experiment, stack, relay, admin }, goesOn ? state : undefined),
    stack,
  )
}

/** @param earlier of a soak that goes on */
async function soak(rig: Rig, earlier: SoakState | undefined): Promise<void> {
  const { context, order, experiment, stack } = rig
  const ledger = new BulkLedger(templatesOf(context, order.preset, context.seed), stack.salt)
  const eventsARequest =
    ledger.templates.reduce((sum, { expected }) => sum + expected.length, 0) / ledger.templates.length
  const before = earlier === undefined ? await begin(rig) : await restore(rig, ledger, earlier)
  const rate = before.rate ?? 0
  if (before.saturation !== null)
    experiment.addBulkTally({
      ...(before.saturation.tally as unknown as BulkTally),
      about: 'events sent to find out what saturates the stack',
    })
  const { durationMs, events } = order.plan
  const total = Math.max(1, Math.round((events ?? (rate * (durationMs ?? 0)) / 1000) / eventsARequest))
  const left = total - ledger.requests
  const end: PartEnd =
    left > 0
      ? await runPart({
          ...{ context, experiment, ledger, order, rate, eventsARequest },
          watched: { stack, relay: rig.relay, admin: rig.admin, directory: order.files?.run ?? tmpdir() },
          state: before,
          requests: left,
        })
      : { state: before, stop: undefined, faulting: undefined }
  await revive(rig, end)
  const isAtRest = await settle(rig, ledger)
  judgeSoak(experiment, {
    ...{ order, end, rate, eventsARequest },
    refused: ledger.events('refused'),
    indeterminate: ledger.events('indeterminate'),
  })
  if (!isAtRest) return experiment.inconclusive('accounting', NOT_AT_REST)
  const about = `sent at ${Math.round(rate)} events a second in ${end.state.parts.length} ${end.state.parts.length === 1 ? 'part' : 'parts'}`
  const say = (done: number) => context.progress(`judging: request ${done} of ${ledger.requests}`)
  experiment.addBulkTally({ ...(await judgeInParts(ledger, rig.admin, say)), about })
  await order.files?.checkpoint({ ...end.state, status: 'whole' }).catch((error: unknown) => {
    // That it cannot be written down is what ended it.
    if (end.stop?.kind !== 'files') throw error
  })
}

/** A soak's state at its beginning: the rate is known. */
async function begin(rig: Rig): Promise<SoakState> {
  const { context, order, experiment, stack, relay, admin } = rig
  const { plan } = order
  const state: SoakState = {
    format: 1,
    status: 'begun',
    plan,
    clockMs: context.startMs,
    rate: plan.rate,
    saturation: null,
    parts: [],
    sentMs: 0,
    unsettled: 0,
  }
  if (plan.load === null) return state
  // Other sessions than those of the soak.
  const ledger = new BulkLedger(templatesOf(context, order.preset, context.seed + 1), stack.salt)
  await using sender = grpcSender({ protocol: 'grpc', endpoint: relay.grpc, timeoutMs: TIMEOUT_MS })
  const found = await measureSaturation(context, experiment, stack, ledger, sender, order.saturationMs)
  const tally = await judgeInParts(ledger, admin, () => {})
  return {
    ...state,
    rate: plan.load * found,
    saturation: { rate: found, tally: { ...tally, examples: [...tally.examples] } },
  }
}

/** What an earlier start wrote down. Of one that was killed it is not known how its last requests were answered. */
async function restore({ order, experiment }: Rig, ledger: BulkLedger, state: SoakState): Promise<SoakState> {
  ledger.restore((await order.files?.answers()) ?? new Uint8Array())
  if (state.saturation !== null)
    experiment.measure('load', {
      name: 'what saturates the stack',
      value: state.saturation.rate,
      unit: 'events/s',
    })
  const last = state.parts.at(-1)
  if (last === undefined || last.result !== null) return state
  const before = ledger.events('indeterminate')
  ledger.unsettle(last.from)
  return { ...state, unsettled: state.unsettled + ledger.events('indeterminate') - before }
}

/** What was acknowledged can be judged only where everything runs: what has ended is started once more. */
async function revive({ context, stack, relay }: Rig, { stop }: PartEnd): Promise<void> {
  for (const service of [stack.service('clickhouse'), stack.service('otel-collector'), relay]) {
    if (await service.alive()) continue
    context.progress('starting again what has ended')
    await service.start().catch((error: unknown) => {
      throw new UserError(
        `ended early: ${stop?.reason ?? 'a service has ended'}; it does not start again: ${messageOf(error)}`,
      )
    })
  }
}

function settle({ context, experiment, stack, order, admin }: Rig, ledger: BulkLedger): Promise<boolean> {
  stopSignal.throwIfAborted()
  return comeToRest(context, experiment, stack, ledger, { database: admin, endMs: order.endMs + GRACE_MS })
}

/** An odd number of them: each thread, and so each protocol, sends each. */
function templatesOf({ dataStartMs }: Context, preset: Preset, seed: number): RequestTemplate[] {
  const startMs = (Math.floor(dataStartMs / DAY_MS) - PRESET_DAYS) * DAY_MS
  const days = Math.min(preset.days ?? PRESET_DAYS, PRESET_DAYS)
  const all = teamTemplates({
    preset: { ...preset, days },
    ...{ seed, startMs, sessions: SESSIONS, events: EVENTS_A_REQUEST },
  })
  return all.slice(0, all.length - ((all.length + 1) % 2))
}
