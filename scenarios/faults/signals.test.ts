import { describe, expect, test } from 'vitest'
import type { ServiceState, Stack } from '../../stack/runtime/runtime.ts'
import type { Breakable, Fault, Target } from './fault.ts'
import { inject } from './inject.ts'

/** A process that is made up; one that is `deaf` ignores every signal. */
class MadeUp implements Breakable {
  status: ServiceState['status'] = 'running'
  starts = 1
  readonly deaf: boolean

  constructor(deaf = false) {
    this.deaf = deaf
  }

  #become(status: ServiceState['status']): void {
    if (!this.deaf) this.status = status
  }

  async kill(): Promise<void> {
    this.#become('ended')
  }
  async stop(): Promise<void> {
    this.#become('ended')
  }
  async pause(): Promise<void> {
    this.#become('paused')
  }
  async resume(): Promise<void> {
    this.#become('running')
  }
  async start(): Promise<void> {
    if (this.status !== 'ended') return
    this.starts += 1
    this.status = 'running'
  }
  async alive(): Promise<boolean> {
    return this.status !== 'ended'
  }
  async state(): Promise<ServiceState> {
    return { status: this.status, instance: `process ${this.starts}` }
  }
}

const noStack = { endpoints: {} } as Stack
const target = (relay: Breakable): Target => ({ stack: noStack, processes: { relay } })
const fault = (kind: string, parameters: Fault['parameters'] = {}): Fault => ({ kind, stage: 'relay', parameters })

describe('a process of the target', () => {
  test.each([
    ['kill', 'ended', 'relay: process 1 has ended'],
    ['pause', 'paused', 'relay: process 1 is stopped in its tracks'],
  ])('%s: it is %s until it is healed', async (kind, status, words) => {
    const relay = new MadeUp()
    const injected = await inject(fault(kind), target(relay))
    expect([relay.status, await injected.effect()]).toEqual([status, words])
    await injected.heal()
    expect([relay.status, await injected.effect()]).toEqual(['running', undefined])
    await injected.heal()
    expect(relay.status).toBe('running')
  })

  test.each(['stop', 'kill'])('restart by %s: another one runs', async (how) => {
    const relay = new MadeUp()
    const injected = await inject(fault('restart', { how }), target(relay))
    expect([relay.status, await injected.effect()]).toEqual(['running', 'relay: process 1 was followed by process 2'])
    await injected.heal()
  })

  test('that ignores the signal shows nothing', async () => {
    for (const kind of ['kill', 'restart']) {
      const injected = await inject(fault(kind), target(new MadeUp(true)))
      expect(await injected.effect()).toBeUndefined()
    }
  })

  test('that somebody else brought back shows nothing', async () => {
    const relay = new MadeUp()
    const injected = await inject(fault('kill'), target(relay))
    await relay.start()
    expect(await injected.effect()).toBeUndefined()
  })

  test('that only says whether it is alive can be shown to be killed', async () => {
    const relay = new MadeUp()
    const dumb: Breakable = {
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
  [{ kind: 'kill', stage: 'moon', parameters: {} }, /^fault kill of moon: there is no process of that name/],
  [{ kind: 'latency', stage: 'relay', parameters: {} }, /^fault latency of relay: only client-collector and/],
  [{ kind: 'ack-lost', stage: 'client-collector', parameters: {} }, /^fault ack-lost of client-collector: /],
  [
    { kind: 'restart', stage: 'relay', parameters: { how: 'gently' } },
    /parameters\.how must be one of stop, kill, not gently$/,
  ],
  [{ kind: 'down', stage: 'client-collector', parameters: {} }, /^this stack has no links that can fail/],
])('%j is refused, and says why', async (wrong, words) => {
  await expect(inject(wrong, target(new MadeUp()))).rejects.toThrow(words)
})
