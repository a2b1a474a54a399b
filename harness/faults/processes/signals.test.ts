import { describe, expect, test } from 'vitest'
import type { Stack } from '../../../stack/runtime/runtime.ts'
import { parseFault } from '../registry.ts'
import type { ControllableProcess, Target } from '../target.ts'
import { FakeProcess } from '../testing/fake-process.ts'
import { inject } from '../with-fault.ts'

const noStack = { endpoints: {} } as Stack
const target = (relay: ControllableProcess): Target => ({ stack: noStack, processes: { relay } })
const fault = (kind: string, parameters: unknown = {}) => parseFault({ kind, stage: 'relay', parameters })

describe('a process of the target', () => {
  test.each([
    ['kill', 'ended', 'relay: process 1 has ended'],
    ['pause', 'paused', 'relay: process 1 is paused'],
  ])('%s: it is %s until it is healed', async (kind, status, words) => {
    const relay = new FakeProcess()
    const injected = await inject(fault(kind), target(relay))
    expect([relay.status, await injected.effect()]).toEqual([status, words])
    await injected.heal()
    expect([relay.status, await injected.effect()]).toEqual(['running', undefined])
    await injected.heal()
    expect(relay.status).toBe('running')
  })

  test.each(['stop', 'kill'])('restart by %s: another one runs', async (how) => {
    const relay = new FakeProcess()
    const injected = await inject(fault('restart', { how }), target(relay))
    expect([relay.status, await injected.effect()]).toEqual(['running', 'relay: process 1 was followed by process 2'])
    await injected.heal()
  })

  test('that ignores the signal shows nothing', async () => {
    for (const kind of ['kill', 'restart']) {
      const injected = await inject(fault(kind), target(new FakeProcess({ deaf: true })))
      expect(await injected.effect()).toBeUndefined()
    }
  })

  test('that somebody else brought back shows nothing', async () => {
    const relay = new FakeProcess()
    const injected = await inject(fault('kill'), target(relay))
    await relay.start()
    expect(await injected.effect()).toBeUndefined()
  })

  test('that only says whether it is alive can be shown to be killed', async () => {
    const relay = new FakeProcess()
    const dumb: ControllableProcess = {
      kill: () => relay.kill(),
      pause: () => relay.pause(),
      resume: () => relay.resume(),
      stop: () => relay.stop(),
      start: () => relay.start(),
      alive: () => relay.alive(),
    }
    const injected = await inject(fault('kill'), target(dumb))
    expect(await injected.effect()).toBe('relay: the process has ended')
  })
})

test.each([
  [{ kind: 'kill', stage: 'moon', parameters: {} }, /^fault kill of moon: its stages are collector, clickhouse/],
  [{ kind: 'latency', stage: 'relay', parameters: {} }, /^fault latency of relay: its stages are client-collector, /],
  [{ kind: 'ack-lost', stage: 'client-collector', parameters: {} }, /^fault ack-lost of client-collector: its stages/],
  [
    { kind: 'restart', stage: 'relay', parameters: { how: 'gently' } },
    /^fault restart of relay: parameters\.how: must be one of stop, kill, not gently$/,
  ],
  [{ kind: 'kill', stage: 'relay', parameters: { hard: 1 } }, /^fault kill of relay: parameters\..*hard/],
  [
    { kind: 'earthquake', stage: 'relay', parameters: {} },
    /^fault earthquake of relay: there is no such kind; .*kill, /,
  ],
  ['kill', /^a fault has a kind, a stage and parameters$/],
])('%j is refused, and says why', (wrong, words) => {
  expect(() => parseFault(wrong)).toThrow(words)
})

test('a target that lacks what is to be broken is told', async () => {
  const down = parseFault({ kind: 'down', stage: 'client-collector', parameters: {} })
  await expect(inject(down, target(new FakeProcess()))).rejects.toThrow(/^this stack has no links that can fail/)
  const client = parseFault({ kind: 'kill', stage: 'client', parameters: {} })
  await expect(inject(client, target(new FakeProcess()))).rejects.toThrow(/^fault kill of client: there is no process/)
  const firewall = parseFault({ kind: 'firewall', stage: 'client-collector', parameters: { mode: 'drop' } })
  await expect(inject(firewall, target(new FakeProcess()))).rejects.toThrow(/: there is no firewall to break$/)
})
