// One start of a soak: sends, watches every second, writes down how far it came, and ends when all is sent or a rule says so.
import { atExit, stopSignal } from '../../core/cleanup.ts'
import { monotonicMs, sleep } from '../../core/clock.ts'
import { MachineError } from '../../core/errors.ts'
import { forkSeed } from '../../core/random.ts'
import type { ThreadedResult } from '../../generators/bulk/load-threads.ts'
import type { BulkLedger } from '../experiment/bulk-ledger.ts'
import type { Experiment } from '../experiment/experiment.ts'
import type { SoakSample } from '../judge/soak/sample.ts'
import { type Stop, StopRules, usualStopLimits } from '../judge/soak/stop-rules.ts'
import type { Context } from '../scenario.ts'
import { type Faulting, injectFaults } from './faulting.ts'
import type { SoakPart, SoakState } from './files.ts'
import type { SoakOrder } from './order.ts'
import { SoakSampler, type Watched } from './sampler.ts'
import { Sending } from './sending.ts'

const SAMPLE_MS = 1_000
const CHECKPOINT_MS = 2_000
/** After a stop by a signal: what is under way is answered by then, or never. */
const HALT_MS = 12_000

export interface PartOptions {
  readonly context: Context
  readonly experiment: Experiment
  readonly ledger: BulkLedger
  readonly watched: Watched
  readonly order: SoakOrder
  /** As it is before this start. */
  readonly state: SoakState
  /** Events a second, and of a request on average. */
  readonly rate: number
  readonly eventsARequest: number
  /** Requests that are left to be sent. */
  readonly requests: number
}

export interface PartEnd {
  readonly state: SoakState
  readonly stop: Stop | undefined
  readonly faulting: Faulting | undefined
}

/** @throws the reason of a stop by a signal, once all is written down */
export async function runPart(options: PartOptions): Promise<PartEnd> {
  const { context, experiment, watched, order, ledger, rate, eventsARequest, requests, state } = options
  const perSecond = rate / eventsARequest
  const sending = new Sending(experiment, ledger, {
    rate: perSecond,
    durationMs: (requests / perSecond) * 1000,
    from: ledger.requests,
    relay: watched.relay,
  })
  const part = new RunningPart(options, sending)
  using _interruption = atExit(() => part.interrupt())
  const over = new AbortController()
  const faults = order.plan.faults
    ? injectFaults({
        seed: forkSeed(context.seed, `faults/${state.parts.length}`),
        target: { stack: watched.stack, processes: { relay: watched.relay } },
        recorder: experiment,
        signal: over.signal,
      })
    : undefined
  try {
    const stop = await part.watch()
    const ended = await part.end(await sending.done)
    return { state: ended, stop, faulting: await healed(over, faults) }
  } catch (error) {
    sending.halt()
    if (stopSignal.aborted) await part.interrupt()
    throw error
  } finally {
    await healed(over, faults)
  }
}

async function healed(over: AbortController, faults: Promise<Faulting> | undefined): Promise<Faulting | undefined> {
  over.abort()
  return faults
}

class RunningPart {
  readonly #options: PartOptions
  readonly #sending: Sending
  readonly #sampler: SoakSampler
  readonly #rules: StopRules
  readonly #startMs = monotonicMs()
  readonly #from: number
  #unwritten: SoakSample[] = []
  #writtenMs = monotonicMs()
  #interruption: Promise<void> | undefined
  #cannotWrite: Stop | undefined

  constructor(options: PartOptions, sending: Sending) {
    this.#options = options
    this.#sending = sending
    this.#sampler = new SoakSampler(options.watched)
    this.#rules = new StopRules({ ...usualStopLimits, ...options.order.stopLimits, rate: options.rate })
    this.#from = options.ledger.requests
  }

  /** Until all is sent, or a rule says that it ends: then nothing more is sent. */
  async watch(): Promise<Stop | undefined> {
    const { order, context } = this.#options
    const sent = new AbortController()
    this.#sending.done.catch(() => {}).finally(() => sent.abort())
    // Not a race with `done`: each would leave something behind on it, for hours.
    const woken = AbortSignal.any([stopSignal, sent.signal])
    while (!sent.signal.aborted) {
      await sleep(SAMPLE_MS, woken).catch(() => stopSignal.throwIfAborted())
      const sample = await this.#sample()
      await this.#writeNowAndThen()
      const found = this.#cannotWrite ?? this.#rules.see(sample) ?? this.#late(order.endMs)
      const stop = context.tamper.stop ? context.tamper.stop(found) : found
      if (stop === undefined) continue
      this.#sending.halt()
      return stop
    }
    return undefined
  }

  /** What this start came to, written down. */
  async end(result: ThreadedResult): Promise<SoakState> {
    const state = this.#stateWith(result)
    await this.#write(state)
    return state
  }

  /** Ends it by a signal: nothing more is sent, what is under way is waited for, and all is written down. Once. */
  interrupt(): Promise<void> {
    this.#interruption ??= this.#interrupted()
    return this.#interruption
  }

  async #interrupted(): Promise<void> {
    this.#sending.halt()
    const end = await Promise.race([this.#sending.done, sleep(HALT_MS).then(() => undefined)]).catch(() => undefined)
    await this.#write(this.#stateWith(end))
  }

  async #sample(): Promise<SoakSample> {
    const { order, context, state, eventsARequest } = this.#options
    const { started, latenessMs, underWay } = this.#sending.pulse
    const earlier = this.#from * eventsARequest
    const taken = await this.#sampler.take({
      atMs: state.sentMs + monotonicMs() - this.#startMs,
      part: state.parts.length,
      sent: Math.round(earlier + started * eventsARequest),
      acknowledged: this.#sending.acknowledged,
      latenessMs,
      inFlight: Math.round(underWay * eventsARequest),
    })
    const sample = context.tamper.sample?.(taken) ?? taken
    order.series.add(sample)
    this.#unwritten.push(sample)
    order.sampled?.(sample, this.#options.rate)
    return sample
  }

  #late(endMs: number): Stop | undefined {
    if (monotonicMs() < endMs) return undefined
    return { kind: 'time', reason: 'the time limit of --within was reached before all was sent' }
  }

  /** @param result undefined while it sends, and where it was killed */
  #stateWith(result?: ThreadedResult): SoakState {
    const { state } = this.#options
    const tookMs = result?.tookMs ?? monotonicMs() - this.#startMs
    const part: SoakPart = { from: this.#from, result: result ? summaryOf(result, this.#sending.noted) : null }
    return { ...state, parts: [...state.parts, part], sentMs: state.sentMs + tookMs }
  }

  async #writeNowAndThen(): Promise<void> {
    // What an interruption has written is the last word.
    if (this.#interruption !== undefined || monotonicMs() - this.#writtenMs < CHECKPOINT_MS) return
    this.#writtenMs = monotonicMs()
    await this.#write(this.#stateWith())
  }

  /** A soak that cannot be written down ends; what it sent is judged all the same. */
  async #write(state: SoakState): Promise<void> {
    const { files } = this.#options.order
    const samples = this.#unwritten
    this.#unwritten = []
    try {
      await files?.addSamples(samples)
      await files?.checkpoint(state, this.#options.ledger.changes())
    } catch (error) {
      if (!(error instanceof MachineError)) throw error
      this.#cannotWrite = { kind: 'files', reason: error.message }
    }
  }
}

function summaryOf(result: ThreadedResult, noted: number): NonNullable<SoakPart['result']> {
  const { requests, records, dropped, late, lateness, tookMs } = result
  return { requests, records, dropped, late, latenessMs: lateness.p99Ms, tookMs, noted }
}
