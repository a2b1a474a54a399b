// The ledger of a bulk load: one byte a request, whatever the requests hold, and sums of hashes instead of their contents.
import { stopSignal } from '../../core/cleanup.ts'
import { monotonicMs } from '../../core/clock.ts'
import type { Answer } from '../../generators/batch.ts'
import type { RequestTemplate } from '../../generators/bulk/request-template.ts'
import type { BytesSender } from '../../generators/emit/replay-grpc.ts'
import type { BulkAnswer, BulkLedgerView, RowSums } from '../judge/judge-bulk.ts'
import { sumsOf } from './row-hash.ts'

const ANSWERS = ['unsent', 'accepted', 'refused', 'indeterminate'] as const satisfies readonly BulkAnswer[]

export class BulkLedger implements BulkLedgerView {
  readonly templates: readonly RequestTemplate[]
  readonly #sums: readonly RowSums[]
  #answers = new Uint8Array(1 << 16)
  #next = 0
  /** How long answers took, in buckets of 10 ms. */
  readonly #answeredMs = new Uint32Array(1 << 12)
  readonly refusals = new Map<string, number>()
  /** The lowest number whose answer has changed since `changes` was asked. */
  #changedFrom = 0

  /** @param salt of the stack that the load goes to */
  constructor(stencils: readonly RequestTemplate[], salt: string) {
    this.templates = stencils
    this.#sums = stencils.map(({ expected }) => sumsOf(expected, salt))
  }

  /** Requests that were handed out. */
  get requests(): number {
    return this.#next
  }

  /** Offers the next request. Never rejects. */
  async offer(sender: BytesSender): Promise<Answer['kind']> {
    const number = this.#next
    this.#next += 1
    if (number >= this.#answers.length) this.#grow()
    const startMs = monotonicMs()
    const answer = await sender.send('logs', this.templateOf(number).request(number))
    const bucket = Math.min(Math.floor((monotonicMs() - startMs) / BUCKET_MS), this.#answeredMs.length - 1)
    this.#answeredMs[bucket] = (this.#answeredMs[bucket] ?? 0) + 1
    // A partial success names no records, and an answer that the stop cut off is none.
    const kind = stopSignal.aborted || answer.kind === 'partial' ? 'indeterminate' : answer.kind
    this.#answers[number] = ANSWERS.indexOf(kind)
    if (answer.kind === 'refused') this.refusals.set(answer.code, (this.refusals.get(answer.code) ?? 0) + 1)
    return kind
  }

  /** Notes how a request was answered that others have sent, in whatever order. */
  note(number: number, answer: Answer['kind']): void {
    while (number >= this.#answers.length) this.#grow()
    this.#next = Math.max(this.#next, number + 1)
    this.#answers[number] = ANSWERS.indexOf(answer === 'partial' ? 'indeterminate' : answer)
    this.#changedFrom = Math.min(this.#changedFrom, number)
  }

  /** What `note` was told since this was asked before: a byte a request, from `from` on. To be written where `restore` reads it. */
  changes(): { readonly from: number; readonly bytes: Uint8Array } {
    const from = Math.min(this.#changedFrom, this.#next)
    this.#changedFrom = this.#next
    return { from, bytes: this.#answers.slice(from, this.#next) }
  }

  /** Takes the answers of an earlier ledger of the same load. @param bytes all of what `changes` gave */
  restore(bytes: Uint8Array): void {
    while (bytes.length > this.#answers.length) this.#grow()
    this.#answers.set(bytes)
    this.#next = bytes.length
    this.#changedFrom = bytes.length
  }

  /**
   * Requests from `from` on without a known answer may have been sent and answered all the same: nobody lived to write it down.
   * @returns how many those are
   */
  unsettle(from: number): number {
    let unsettled = 0
    for (let number = from; number < this.#next; number += 1) {
      if (this.answerOf(number) !== 'unsent') continue
      this.note(number, 'indeterminate')
      unsettled += 1
    }
    return unsettled
  }

  templateOf(number: number): RequestTemplate {
    const stencil = this.templates[number % this.templates.length]
    if (stencil === undefined) throw new Error('a bulk load needs a stencil')
    return stencil
  }

  sessionOf(number: number): string {
    return this.templateOf(number).sessionId(number)
  }

  sumsOf(number: number): RowSums {
    return this.#sums[number % this.#sums.length] ?? { rows: 0, low: '0', high: '0' }
  }

  answerOf(number: number): BulkAnswer {
    return ANSWERS[this.#answers[number] ?? 0] ?? 'unsent'
  }

  /** Events in requests from `since` on, and before `until`, that ended so. */
  events(answer: BulkAnswer, since = 0, until = this.#next): number {
    let events = 0
    for (let number = since; number < Math.min(until, this.#next); number += 1)
      if (this.answerOf(number) === answer) events += this.templateOf(number).expected.length
    return events
  }

  /** The time within which this share of requests was answered, milliseconds, to the next 10. */
  answeredWithinMs(share: number): number {
    const total = this.#answeredMs.reduce((sum, count) => sum + count, 0)
    let seen = 0
    for (const [bucket, count] of this.#answeredMs.entries()) {
      seen += count
      if (seen >= total * share) return (bucket + 1) * BUCKET_MS
    }
    return 0
  }

  /** The requests from `from` on and before `to`, as a ledger of their own. */
  part(from: number, to: number): BulkLedgerView {
    return {
      requests: Math.min(to, this.#next) - from,
      sessionOf: (number) => this.sessionOf(from + number),
      sumsOf: (number) => this.sumsOf(from + number),
      answerOf: (number) => this.answerOf(from + number),
      events: (answer) => this.events(answer, from, to),
    }
  }

  #grow(): void {
    const grown = new Uint8Array(this.#answers.length * 2)
    grown.set(this.#answers)
    this.#answers = grown
  }
}

const BUCKET_MS = 10
