// Faults on a real stack: each kind, on each link and in each direction, takes effect and says by what; a control says nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cleanUp } from '../core/cleanup.ts'
import { until } from '../core/poll.ts'
import type { Load } from '../generators/batch.ts'
import { replayEmitter } from '../generators/emit/replay.ts'
import { sessionsLoad } from '../generators/load.ts'
import { connect } from '../scenarios/database.ts'
import type { Fault } from '../scenarios/faults/fault.ts'
import { inject } from '../scenarios/faults/inject.ts'
import { directions } from '../scenarios/faults/links.ts'
import { stackDirectory } from '../scenarios/verify.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import { pipelineTakes } from '../stack/runtime/probe.ts'
import type { ServiceState, Stack } from '../stack/runtime/runtime.ts'

let stack: Stack
let clickhouseAtStart: ServiceState

beforeAll(async () => {
  stack = await startEmbedded({
    stackDirectory,
    ports: 'free',
    faults: true,
    variables: { TELEMETRY_RETRY_INITIAL: '100ms', TELEMETRY_RETRY_MAX: '500ms' },
  })
  clickhouseAtStart = await stack.service('clickhouse').state()
}, 120_000)

afterAll(cleanUp)

const LINKS = [
  { stage: 'collector-clickhouse', link: {} },
  { stage: 'client-collector', link: { link: 'otlp-grpc' } },
  { stage: 'client-collector', link: { link: 'otlp-http' } },
]
const TOXICS = [
  ['latency', { latencyMs: 80 }],
  ['bandwidth', { kilobytesPerSecond: 20 }],
  ['slicer', { averageBytes: 64, delayUs: 5_000 }],
  ['timeout', { timeoutMs: 80 }],
  ['slow_close', { delayMs: 100 }],
  ['reset_peer', { timeoutMs: 20 }],
  ['limit_data', { limitBytes: 60 }],
] as const

const onEachLink = LINKS.flatMap(({ stage, link }) =>
  TOXICS.flatMap(([kind, parameters]) =>
    directions.map((direction): Fault => ({ kind, stage, parameters: { ...link, direction, ...parameters } })),
  ),
)
const nameOfLink = ({ stage, parameters }: Fault) => `${parameters.link ?? stage} ${parameters.direction ?? ''}`.trim()
const titled = (faults: readonly Fault[]) => faults.map((fault) => [fault.kind, nameOfLink(fault), fault] as const)

/** Takes every toxic away without telling those who put them there. */
async function resetBehindTheirBack() {
  await fetch(`${stack.endpoints.toxiproxyApi}/reset`, { method: 'POST' })
}

describe('a toxic', () => {
  test.each(titled(onEachLink))('%s on %s shows what it did, until it is healed', async (_kind, _link, fault) => {
    const injected = await inject(fault, { stack })
    expect(await injected.effect()).toMatch(/\d/)
    await injected.heal()
    expect(await injected.effect()).toBeUndefined()
  })

  test.each(titled(onEachLink.filter(({ parameters }) => parameters.link === 'otlp-http')))(
    '%s on %s that was taken away behind its back shows nothing',
    async (_kind, _link, fault) => {
      const injected = await inject(fault, { stack })
      await resetBehindTheirBack()
      expect(await injected.effect()).toBeUndefined()
      await injected.heal()
    },
  )

  test('that only the traffic can meet is told by what was not passed on of it', async () => {
    // More than a probe says, less than the collector does.
    const parameters = { direction: 'upstream', limitBytes: 8_000 }
    const injected = await inject({ kind: 'limit_data', stage: 'collector-clickhouse', parameters }, { stack })
    const sent = load(20, 1)
    await send(sent)
    const effect = await until('an effect', () => injected.effect(), { timeoutMs: 10_000 })
    expect(effect).toMatch(/^clickhouse upstream: \d+ of the traffic's \d+ bytes were not passed on$/)
    await injected.heal()
    expect((await stored(sent)).shown).toBe(mustBeStored(sent))
  })

  test('harms no more than the link: ClickHouse is the same process after all of them', async () => {
    expect(await stack.service('clickhouse').state()).toEqual(clickhouseAtStart)
  })

  test('that nothing has met shows nothing: a limit beyond all that went through', async () => {
    const parameters = { direction: 'upstream', limitBytes: 1_000_000_000 }
    const injected = await inject({ kind: 'limit_data', stage: 'client-collector', parameters }, { stack })
    await pipelineTakes(stack.endpoints.links?.otlpHttp ?? '')
    expect(await injected.effect()).toBeUndefined()
    await injected.heal()
  })
})

describe('a link that is down', () => {
  const down = ['collector-clickhouse', 'client-collector'].map(
    (stage): Fault => ({ kind: 'down', stage, parameters: {} }),
  )
  test.each(titled(down))('%s: %s refuses, until it is healed', async (_kind, _link, fault) => {
    const injected = await inject(fault, { stack })
    expect(await injected.effect()).toContain('refused')
    await injected.heal()
    expect(await injected.effect()).toBeUndefined()
  })
})

describe('a process', () => {
  const faults = ['kill', 'pause', 'restart'].flatMap((kind) =>
    ['collector', 'clickhouse', 'toxiproxy'].map((stage): Fault => ({ kind, stage, parameters: {} })),
  )
  test.each(titled(faults))('%s of %s shows, and all is well after it is healed', async (kind, _stage, fault) => {
    const injected = await inject(fault, { stack })
    expect(await injected.effect()).toMatch(/process \d+/)
    await injected.heal()
    if (kind !== 'restart') expect(await injected.effect()).toBeUndefined()
    expect(await pipelineTakes(stack.endpoints.links?.otlpHttp ?? '')).toBe(true)
  })
})

describe('a lost acknowledgement', () => {
  const fault: Fault = { kind: 'ack-lost', stage: 'collector-clickhouse', parameters: {} }

  test('makes the collector insert again: twice as it was received, once as it is shown', async () => {
    const sent = load(3, 2)
    const injected = await inject(fault, { stack })
    await send(sent)
    expect(await injected.effect()).toMatch(/an insert of \d+ records/)
    await injected.heal()
    const { raw, identities, shown } = await stored(sent)
    expect([identities, shown]).toEqual([mustBeStored(sent), mustBeStored(sent)])
    expect(raw).toBeGreaterThan(identities)
  })
})

test('a fault that there is not is refused by name', async () => {
  const fault = { kind: 'earthquake', stage: 'collector', parameters: {} }
  await expect(inject(fault, { stack })).rejects.toThrow(/^fault earthquake of collector: there is no such kind/)
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

/** The records of a load as they were received and as queries show them, once all of them are there. */
async function stored(sent: Load): Promise<{ raw: number; identities: number; shown: number }> {
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
      return row !== undefined && row.shown >= mustBeStored(sent) && row
    },
    { timeoutMs: 10_000 },
  )
}
