// A proof under way: delivers loads to a stack, notes facts, and gathers the evidence when all has come to rest.
import type { Batch, Emitter, Load } from '../generators/batch.ts'
import type { Stack } from '../stack/runtime/runtime.ts'
import { addAccounts, type BulkEvidence } from './bulk/bulk-accounts.ts'
import { type CollectorState, counted, readCollectorAtRest } from './collector.ts'
import { connect, type Database } from './database.ts'
import { drain } from './drain.ts'
import { type Comparison, type Evidence, type Rules, type SideBySide, strictRules } from './evidence.ts'
import type { Exercised } from './faults/exercise.ts'
import { Ledger } from './ledger.ts'
import { findLeaks } from './privacy-scan.ts'
import type { Context, Outcome } from './scenario.ts'
import { countStored, readStored } from './stored.ts'

const QUIET_MS = 1_500
const DRAIN_TIMEOUT_MS = 45_000

export interface ProofOptions {
  /** The scenario's mark, for records without a session. */
  readonly mark: string
  readonly rules?: Partial<Rules>
}

export class Proof implements AsyncDisposable {
  readonly stack: Stack
  readonly ledger: Ledger
  readonly database: Database
  readonly #context: Context
  readonly #options: ProofOptions
  readonly #comparisons: Comparison[] = []
  readonly #doubts: { readonly oracle: string; readonly why: string }[] = []
  readonly #faults: Exercised[] = []
  #sideBySide: readonly SideBySide[] = []
  #bulk: BulkEvidence | undefined
  #before: CollectorState | undefined
  #auditedBefore = 0
  #beganAt = '1970-01-01 00:00:00'

  private constructor(context: Context, stack: Stack, options: ProofOptions) {
    this.#context = context
    this.stack = stack
    this.#options = options
    this.ledger = new Ledger(stack.salt)
    this.database = connect(stack, 'analyst')
  }

  static async begin(context: Context, stack: Stack, options: ProofOptions): Promise<Proof> {
    const proof = new Proof(context, stack, options)
    proof.#before = await readCollectorAtRest(stack)
    proof.#auditedBefore = await proof.#audited()
    const [clock] = await proof.database.rows<{ now: string }>('SELECT toString(now64(3)) AS now')
    proof.#beganAt = clock?.now ?? proof.#beganAt
    return proof
  }

  /** Sends every batch of a load, one after the other, and notes its private texts. */
  async deliver(emitter: Emitter, load: Load): Promise<void> {
    this.ledger.plant(load.planted)
    await this.deliverBatches(emitter, load.batches)
  }

  async deliverBatches(emitter: Emitter, batches: readonly Batch[]): Promise<void> {
    const through = this.#context.tamper.emitter(emitter)
    for (const batch of batches) await this.ledger.offer(through, batch)
  }

  /** Sends batches over several connections at once. */
  async deliverParallel(emitters: readonly Emitter[], batches: readonly Batch[]): Promise<void> {
    const queue = [...batches]
    await Promise.all(
      emitters.map(async (emitter) => {
        const through = this.#context.tamper.emitter(emitter)
        for (let batch = queue.shift(); batch; batch = queue.shift()) await this.ledger.offer(through, batch)
      }),
    )
  }

  /** Notes a fact that must have a certain value. */
  compare(oracle: string, what: string, actual: unknown, expected: unknown): void {
    this.#comparisons.push({ oracle, what, expected, actual })
  }

  /** Adds the accounts of a bulk load, which the ledger does not hold record by record. */
  account(bulk: BulkEvidence): void {
    this.#bulk = this.#bulk ? { ...addAccounts(this.#bulk, bulk), about: `${this.#bulk.about}; ${bulk.about}` } : bulk
  }

  /** Notes a fault, and what showed its effect. */
  exercised(fault: Exercised): void {
    this.#faults.push(fault)
  }

  /** Keeps what another stack did in the same situations, for the report. */
  compareSides(rows: readonly SideBySide[]): void {
    this.#sideBySide = rows
  }

  /** Says that an oracle cannot judge, and why. */
  doubt(oracle: string, why: string): void {
    this.#doubts.push({ oracle, why })
  }

  /** Rows of the proof that a query sees by now. */
  async stored(): Promise<number> {
    return countStored(this.database, this.#selection())
  }

  /** Waits until all that must come is stored, or nothing moves. */
  async settle(): Promise<Evidence['drain']> {
    return drain({
      stack: this.stack,
      stored: () => this.stored(),
      expected: this.ledger.mustBeStored,
      quietMs: QUIET_MS,
      timeoutMs: DRAIN_TIMEOUT_MS,
    })
  }

  /** Drains, reads everything back, and closes the proof. */
  async outcome(): Promise<Outcome> {
    const rested = await this.settle()
    await this.#context.tamper.stored(this.stack)
    const after = await readCollectorAtRest(this.stack)
    const { planted } = this.ledger
    const evidence: Evidence = {
      rules: { ...strictRules, ...this.#options.rules },
      sent: this.ledger.sent,
      offered: this.ledger.offered,
      ...(await readStored(this.database, this.#selection())),
      drain: rested,
      counters: this.#before && after ? counted(this.#before, after) : null,
      audited: (await this.#audited()) - this.#auditedBefore,
      leaks: await findLeaks(this.stack, this.database, planted, this.#beganAt),
      planted: planted.length,
      comparisons: this.#comparisons,
      ...(this.#faults.length === 0 ? {} : { faults: this.#faults }),
      ...(this.#sideBySide.length === 0 ? {} : { sideBySide: this.#sideBySide }),
      doubts: this.#doubts,
      ...(this.#bulk === undefined ? {} : { bulk: this.#bulk }),
    }
    return { evidence }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database[Symbol.asyncDispose]()
  }

  #selection() {
    return { sessions: this.ledger.sessions, mark: this.#options.mark, marked: this.ledger.orphans > 0 }
  }

  async #audited(): Promise<number> {
    const [row] = await this.database.rows<{ records: number }>(
      'SELECT toUInt32(sum(records)) AS records FROM policy_audit',
    )
    return row?.records ?? 0
  }
}
