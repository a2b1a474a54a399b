// Sends one start of a soak at its rate, and keeps count of it: open model, so that what is slow never slows the load.
import type { LoadTarget, ThreadedLoad, ThreadedResult } from '../../generators/bulk/load-threads.ts'
import type { BulkLedger } from '../experiment/bulk-ledger.ts'
import type { Experiment } from '../experiment/experiment.ts'
import type { RelayProcess } from '../processes/relay-process.ts'

export const THREADS = 2
const TIMEOUT_MS = 10_000
/** Of each thread: so many wait only where the other end is far behind. */
const IN_FLIGHT = 256

export interface SendingPlan {
  /** Requests a second, on average. */
  readonly rate: number
  readonly durationMs: number
  /** The number of the first request. */
  readonly from: number
  readonly relay: RelayProcess
}

export class Sending {
  /** Every answer is in the ledger once it resolves. Rejects when a thread breaks. */
  readonly done: Promise<ThreadedResult>
  readonly #halt = new AbortController()
  readonly #pulses = new Map<number, { readonly started: number; readonly latenessMs: number }>()
  #noted = 0
  #answered = 0
  #acknowledged = 0

  constructor(experiment: Experiment, ledger: BulkLedger, { rate, durationMs, from, relay }: SendingPlan) {
    const load: ThreadedLoad = {
      templates: ledger.templates.map(({ encoded }) => encoded),
      plan: { kind: 'arrivals', shape: { executor: 'constant-arrival-rate', rate, durationMs } },
      threads: THREADS,
      from,
      targets: targetsOf(relay),
      timeoutMs: TIMEOUT_MS,
      inFlight: IN_FLIGHT,
      halt: this.#halt.signal,
      pulsed: (thread, { started, latenessMs }) => void this.#pulses.set(thread, { started, latenessMs }),
      answered: (number, answer) => {
        ledger.note(number, answer)
        const events = ledger.templateOf(number).expected.length
        this.#noted += events
        this.#answered += 1
        if (answer === 'accepted') this.#acknowledged += events
      },
    }
    this.done = experiment.sendFromThreads(load)
    // It is awaited later; a thread that breaks meanwhile must not end the process.
    this.done.catch(() => {})
  }

  /** Sends nothing more. */
  halt(): void {
    this.#halt.abort()
  }

  /** Events of which an answer was heard. */
  get noted(): number {
    return this.#noted
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  /** Requests that were started, by the threads' last words; and how late the later ones were. */
  get pulse(): { readonly started: number; readonly latenessMs: number; readonly underWay: number } {
    const pulses = [...this.#pulses.values()]
    const started = Math.max(
      this.#answered,
      pulses.reduce((sum, pulse) => sum + pulse.started, 0),
    )
    return {
      started,
      latenessMs: Math.max(0, ...pulses.map(({ latenessMs }) => latenessMs)),
      underWay: started - this.#answered,
    }
  }
}

function targetsOf({ grpc, http }: RelayProcess): [LoadTarget, ...LoadTarget[]] {
  return [
    { protocol: 'grpc', endpoint: grpc },
    { protocol: 'http/protobuf', endpoint: http, compression: 'gzip' },
  ]
}
