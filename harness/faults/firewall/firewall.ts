// A firewall before a port, without root: it forwards, rejects (ECONNREFUSED) or drops (a connect hangs), always on the same port.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { UserError } from '../../../core/errors.ts'
import { freePort } from '../../../core/ports.ts'
import type { FirewallMode, GateData } from './firewall-gate.ts'
import { probe, type Unanswered, unanswered } from './firewall-probe.ts'

export type { FirewallMode } from './firewall-gate.ts'

export interface Firewall extends AsyncDisposable {
  readonly port: number
  /** `127.0.0.1:PORT` */
  readonly endpoint: string
  mode(): FirewallMode
  /**
   * Resolves when the mode holds. `drop` leaves established connections open and silent, `reject` resets them, `open` is the heal:
   * what was silent goes on, a connect that still hangs gets through when its kernel asks again (within a second or a few). Connects
   * under way in the moment of a change may be reset. Wait for one change before the next.
   */
  setMode(mode: FirewallMode): Promise<void>
  /**
   * What a probe of our own saw of the last `drop` or `reject`; undefined when it saw nothing of it: that a full queue drops what
   * comes is so on Linux, elsewhere it may be refused.
   */
  effect(): string | undefined
  /** Anybody's connects to it that hang now; undefined where the system does not say (other than Linux). */
  unanswered(): Promise<Unanswered | undefined>
}

/** What counts as hanging: on loopback an answer takes well under a millisecond. */
const HANG_MS = 250
/** A queue of one that takes more than so many, or refuses so often, does not drop. */
const MOST_TRIES = 64

/** Starts it on a free loopback port. @param upstream `host:port`; without it, the firewall cannot be opened */
export async function startFirewall(mode: FirewallMode, upstream?: string): Promise<Firewall> {
  const port = await freePort()
  const endpoint = `127.0.0.1:${port}`
  const standStill = new Int32Array(new SharedArrayBuffer(4))
  const workerData: GateData = { port, standStill, upstream: addressOf(upstream) }
  const worker = new Worker(new URL('./firewall-gate.ts', import.meta.url), { workerData, execArgv: [] })
  // Whoever forgets to stop a firewall is not kept from ending.
  worker.unref()
  const fillers: Socket[] = []
  let current: FirewallMode | undefined
  let evidence: string | undefined

  function setStandStill(isStill: boolean): void {
    Atomics.store(standStill, 0, isStill ? 1 : 0)
    Atomics.notify(standStill, 0)
  }

  async function setMode(next: FirewallMode): Promise<void> {
    if (next === current) return
    if (next === 'open' && upstream === undefined)
      throw new UserError('a firewall without an upstream cannot be opened')
    const holds = once(worker, 'message')
    // First this: a thread that is told to drop looks here at once, and one that stands still hears nothing else.
    setStandStill(next === 'drop')
    worker.postMessage(next)
    await holds
    current = next
    for (const filler of fillers.splice(0)) filler.destroy()
    if (next !== 'open') evidence = next === 'drop' ? await fill() : await refused()
  }

  /** Connects until one hangs: then the queue is full, and nobody else gets in either. */
  async function fill(): Promise<string | undefined> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const { outcome, elapsedMs, socket } = await probe(port, HANG_MS)
      if (outcome === 'connected') fillers.push(socket)
      if (outcome !== 'hangs') continue
      const hanging = await unanswered(port)
      socket.destroy()
      if (hanging?.connects === 0) return undefined
      const state = hanging === undefined ? '' : ' (SYN_SENT)'
      return `a connect to ${endpoint} had no answer for ${Math.round(elapsedMs)} ms${state}, behind ${fillers.length} that fill the queue`
    }
    return undefined
  }

  async function refused(): Promise<string | undefined> {
    const { outcome, elapsedMs, socket } = await probe(port, HANG_MS)
    socket.destroy()
    if (outcome !== 'ECONNREFUSED') return undefined
    return `a connect to ${endpoint} was refused after ${Math.ceil(elapsedMs)} ms (ECONNREFUSED)`
  }

  await setMode(mode)
  return {
    port,
    endpoint,
    mode: () => current ?? mode,
    setMode,
    effect: () => evidence,
    unanswered: () => unanswered(port),
    async [Symbol.asyncDispose]() {
      setStandStill(false)
      await worker.terminate()
      for (const filler of fillers) filler.destroy()
    },
  }
}

function addressOf(upstream: string | undefined): GateData['upstream'] {
  if (upstream === undefined) return undefined
  const { hostname, port } = new URL(`tcp://${upstream}`)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }
}
