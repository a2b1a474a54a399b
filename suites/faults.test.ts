// Faults on a real stack: each kind, on each link and in each direction, takes effect and says by what; a control says nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cleanUp } from '../core/cleanup.ts'
import { stackDirectory } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import type { Load } from '../generators/batch.ts'
import { replayEmitter } from '../generators/emit/replay.ts'
import { sessionsLoad } from '../generators/sessions/load.ts'
import type { Fault } from '../harness/faults/fault.ts'
import { faultKinds } from '../harness/faults/registry.ts'
import { inject } from '../harness/faults/with-fault.ts'
import { connect } from '../stack/clickhouse/database.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import { pipelineAccepts } from '../stack/runtime/probe.ts'
import type { Stack } from '../stack/runtime/runtime.ts'

let stack: Stack

beforeAll(async () => {
  stack = await startEmbedded({
    stackDirectory,
    ports: 'free',
    faults: true,
    variables: { TELEMETRY_RETRY_INITIAL: '100ms', TELEMETRY_RETRY_MAX: '500ms' },
  })
})

afterAll(cleanUp)

const trials = faultKinds.flatMap((kind) => kind.trials)
const ofToxics = trials.filter(({ kind }) => faultKinds.some((one) => one.kind === kind && 'toxic' in one))
const titled = (faults: readonly Fault[]) =>
  faults.map((fault) => [fault.kind, `${fault.stage} ${JSON.stringify(fault.parameters)}`, fault] as const)

/** Takes every toxic away without telling those who put them there. */
async function resetBehindTheirBack() {
  await fetch(`${stack.endpoints.toxiproxyApi}/reset`, { method: 'POST' })
}

describe('a fault', () => {
  test.each(titled(trials))('%s of %s shows what it did, until it is healed', async (kind, _where, fault) => {
    const injected = await inject(fault, { stack })
    expect(await injected.effect()).toMatch(/\S/)
    await injected.heal()
    // Another process stays another one.
    if (kind !== 'restart') expect(await injected.effect()).toBeUndefined()
    expect(await pipelineAccepts(stack.endpoints.links?.otlpHttp ?? '')).toBe(true)
  })

  test('of every kind that random schedules draw, or that has cases, is tried here', () => {
    const expected = faultKinds.filter(({ random, cases }) => random !== undefined || cases.length > 0)
    const tried = new Set([...trials.map(({ kind }) => kind), 'ack-lost'])
    expect(expected.map(({ kind }) => kind).filter((kind) => !tried.has(kind))).toEqual([])
  })
})

describe('a toxic', () => {
  const overHttp = ofToxics.filter(({ parameters }) => 'link' in parameters && parameters.link === 'otlp-http')
  test.each(titled(overHttp))(
    '%s of %s that was taken away behind its back shows nothing',
    async (_kind, _where, fault) => {
      const injected = await inject(fault, { stack })
      await resetBehindTheirBack()
      expect(await injected.effect()).toBeUndefined()
      await injected.heal()
    },
  )

  test('that only the traffic can meet is told by what was not passed on of it', async () => {
    // More than a probe says, less than the collector does.
    const parameters = { direction: 'upstream', limitBytes: 8_000 } as const
    const injected = await inject({ kind: 'limit_data', stage: 'collector-clickhouse', parameters }, { stack })
    const sent = load(20, 1)
    await send(sent)
    const effect = await until('an effect', () => injected.effect(), { timeoutMs: 120_000 })
    expect(effect).toMatch(/^clickhouse upstream: \d+ of the traffic's \d+ bytes were not passed on$/)
    await injected.heal()
    expect((await stored(sent)).shown).toBe(mustBeStored(sent))
  })

  test('that nothing has met shows nothing: a limit beyond all that went through', async () => {
    const parameters = { direction: 'upstream', limitBytes: 1_000_000_000 } as const
    const injected = await inject({ kind: 'limit_data', stage: 'client-collector', parameters }, { stack })
    await pipelineAccepts(stack.endpoints.links?.otlpHttp ?? '')
    expect(await injected.effect()).toBeUndefined()
    await injected.heal()
  })
})

describe('a lost acknowledgement', () => {
  const fault: Fault = { kind: 'ack-lost', stage: 'collector-clickhouse', parameters: {} }

  test('makes the collector insert again: twice as it was received, once as it is shown', async () => {
    const sent = load(3, 2)
    await using admin = connect(stack, 'admin')
    // A merge would make one row of both before they are counted.
    await admin.run('SYSTEM STOP MERGES telemetry.log_records')
    const injected = await inject(fault, { stack })
    await send(sent)
    expect(await injected.effect()).toMatch(/an insert of \d+ records/)
    // The first insert is seen at once; the other comes with the collector's next try.
    const { raw, identities, shown } = await stored(sent, { again: true })
    await injected.heal()
    await admin.run('SYSTEM START MERGES telemetry.log_records')
    expect([identities, shown]).toEqual([mustBeStored(sent), mustBeStored(sent)])
    expect(raw).toBeGreaterThan(identities)
  })
})

function load(sessions: number, seed: number): Load {
  return sessionsLoad({ seed, sessions, startMs: 1_750_000_000_000, spreadMs: 1_000, prompts: 1 })
}

async function send({ batches }: Load): Promise<void> {
  const { otlpGrpc: endpoint } = stack.endpoints
  const options = { timeoutMs: 10_000, framing: 'length', compression: 'none' } as const
  await using emitter = replayEmitter({ protocol: 'grpc', endpoint, ...options })
  for (const batch of batches) expect(await emitter.send(batch)).toEqual({ kind: 'accepted' })
}

function mustBeStored({ batches }: Load): number {
  return batches.flatMap(({ expected }) => expected).filter(({ signal, fate }) => signal === 'logs' && fate === 'store')
    .length
}

/** The records of a load as they were received and as queries show them, once all of them are there, and some of them again. */
async function stored(sent: Load, { again = false } = {}): Promise<{ raw: number; identities: number; shown: number }> {
  await using database = connect(stack, 'analyst')
  return until(
    'every event in a query',
    async () => {
      const [row] = await database.rows<{ raw: number; identities: number; shown: number }>(
        `SELECT (SELECT count() FROM logs_raw WHERE attributes['session.id'] IN {sessions:Array(String)}) AS raw,
                (SELECT uniqExact(event_id) FROM logs_raw WHERE attributes['session.id'] IN {sessions:Array(String)}) AS identities,
                (SELECT count() FROM telemetry_events WHERE session_id IN {sessions:Array(String)}) AS shown`,
        { sessions: sent.sessionIds },
      )
      if (row === undefined || row.shown < mustBeStored(sent)) return false
      return (!again || row.raw > row.identities) && row
    },
    { timeoutMs: 10_000 },
  )
}
