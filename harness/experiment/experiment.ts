// An experiment: sends loads to a stack, notes facts, and gathers the evidence when all has come to rest.
import type { Batch, Emitter, Load } from '../../generators/batch.ts'
import { sendFromThreads, type ThreadedLoad, type ThreadedResult } from '../../generators/bulk/load-threads.ts'
import { connect, type Database } from '../../stack/clickhouse/database.ts'
import { exportFailures } from '../../stack/runtime/export-failures.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { addBulkTallies, type BulkEvidence } from '../judge/model/bulk-tally.ts'
import {
  type Comparison,
  type Evidence,
  type Rules,
  type SideBySide,
  strictRules,
  type Topic,
} from '../judge/model/evidence.ts'
import type { FaultRecord } from '../judge/model/fault-record.ts'
import type { Measured } from '../judge/model/measurement.ts'
import type { Context, Outcome } from '../scenario.ts'
import { type CollectorState, counted, readCollectorAtRest } from './collector-metrics.ts'
import { drain } from './drain.ts'
import { findLeaks } from './leak-scan.ts'
import { Ledger } from './ledger.ts'
import { Measurements } from './measurements.ts'
import { countStored, readStored } from './read-back.ts'

const LOG_LINES = 200
const QUIET_MS = 1_500
const DRAIN_TIMEOUT_MS = 45_000

export interface ExperimentOptions {
  /** The scenario's mark, for records without a session. */
  readonly mark: string
  readonly rules?: Partial<Rules>
}

export class Experiment implements AsyncDisposable {
  readonly stack: Stack
  readonly ledger: Ledger
  readonly database: Database
  readonly #context: Context
  readonly #options: ExperimentOptions
  readonly #comparisons: Comparison[] = []
  readonly #measurements = new Measurements()
  readonly #doubts: { readonly oracle: string; readonly why: string }[] = []
  readonly #faults: FaultRecord[] = []
  #sideBySide: readonly SideBySide[] = []
  #bulk: BulkEvidence | undefined
  #before: CollectorState | undefined
  #auditedBefore = 0
  #beganAt = '1970-01-01 00:00:00'
  readonly #atTheEnd = new AsyncDisposableStack()

  private constructor(context: Context, stack: Stack, options: ExperimentOptions) {
    this.#context = context
    this.stack = stack
    this.#options = options
    this.ledger = new Ledger(stack.salt)
    this.database = connect(stack, 'analyst')
  }

  static async begin(context: Context, stack: Stack, options: ExperimentOptions): Promise<Experiment> {
    const experiment = new Experiment(context, stack, options)
    experiment.#before = await readCollectorAtRest(stack)
    experiment.#auditedBefore = await experiment.#audited()
    const [clock] = await experiment.database.rows<{ now: string }>('SELECT toString(now64(3)) AS now')
    experiment.#beganAt = clock?.now ?? experiment.#beganAt
    return experiment
  }

  /** Sends every batch of a load, one after the other, and notes its private texts. */
  async sendLoad(emitter: Emitter, load: Load): Promise<void> {
    this.ledger.plant(load.planted)
    await this.sendBatches(emitter, load.batches)
  }

  async sendBatches(emitter: Emitter, batches: readonly Batch[]): Promise<void> {
    const through = this.#context.tamper.emitter(emitter)
    for (const batch of batches) await this.ledger.offer(through, batch)
  }

  /** Sends a load from threads of its own. */
  sendFromThreads(order: ThreadedLoad): Promise<ThreadedResult> {
    return sendFromThreads(this.#context.tamper.load?.(order) ?? order)
  }

  /** Sends batches over several connections at once. */
  async sendParallel(emitters: readonly Emitter[], batches: readonly Batch[]): Promise<void> {
    const queue = [...batches]
    await Promise.all(
      emitters.map(async (emitter) => {
        const through = this.#context.tamper.emitter(emitter)
        for (let batch = queue.shift(); batch; batch = queue.shift()) await this.ledger.offer(through, batch)
      }),
    )
  }

  /** Keeps ClickHouse from merging copies away until all that is stored has been read back. @param tables of the database telemetry */
  async stopMerges(...tables: readonly string[]): Promise<void> {
    const admin = connect(this.stack, 'admin')
    this.#atTheEnd.use(admin)
    for (const table of tables) {
      await admin.run(`SYSTEM STOP MERGES telemetry.${table}`)
      this.#atTheEnd.defer(() => admin.run(`SYSTEM START MERGES telemetry.${table}`))
    }
  }

  /** Notes a fact that must have a certain value. @param topic the oracle's name in the verdict */
  check(
    topic: Topic,
    what: string,
    { actual, expected }: { readonly actual: unknown; readonly expected: unknown },
  ): void {
    this.#comparisons.push({ oracle: topic, what, expected, actual })
  }

  /**
   * Notes a number, and the limit that it is held to.
   * @param topic the oracle's name in the verdict
   * @throws TypeError when its name stands for a number already, or its limit is no number
   */
  measure(topic: Topic, measured: Measured): void {
    this.#measurements.add(topic, measured)
  }

  /** Adds the accounts of a bulk load, which the ledger does not hold record by record. */
  addBulkTally(bulk: BulkEvidence): void {
    this.#bulk = this.#bulk
      ? { ...addBulkTallies(this.#bulk, bulk), about: `${this.#bulk.about}; ${bulk.about}` }
      : bulk
  }

  /** Notes a fault, and what showed its effect. */
  recordFault(fault: FaultRecord): void {
    this.#faults.push(fault)
  }

  /** Keeps what another stack did in the same situations, for the report. */
  compareSides(rows: readonly SideBySide[]): void {
    this.#sideBySide = rows
  }

  /** Says that an oracle cannot judge, and why. */
  inconclusive(oracle: string, why: string): void {
    this.#doubts.push({ oracle, why })
  }

  /** Requests that were refused so far. */
  get refusedBatches(): number {
    return this.ledger.sent.filter(({ answer }) => answer.kind === 'refused').length
  }

  /** Rows of the experiment that a query sees by now. */
  async countStored(): Promise<number> {
    return countStored(this.database, this.#selection())
  }

  /** Waits until all that must come is stored, or nothing moves. */
  async drain(): Promise<Evidence['drain']> {
    const rested = await drain({
      stack: this.stack,
      stored: () => this.countStored(),
      expected: this.ledger.mustBeStored,
      quietMs: QUIET_MS,
      timeoutMs: DRAIN_TIMEOUT_MS,
    })
    if (rested.drained) return rested
    const failures = exportFailures(await this.stack.service('otel-collector').logs(LOG_LINES))
    return failures
      ? { ...rested, note: `${rested.note}; inserts fail since ${failures.since}: ${failures.error}` }
      : rested
  }

  /** Drains and reads everything back. */
  async evidence(): Promise<Evidence> {
    const rested = await this.drain()
    await this.#context.tamper.stored(this.stack)
    const after = await readCollectorAtRest(this.stack)
    const { planted } = this.ledger
    return {
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
      measurements: this.#measurements.all,
      ...(this.#faults.length === 0 ? {} : { faults: this.#faults }),
      ...(this.#sideBySide.length === 0 ? {} : { sideBySide: this.#sideBySide }),
      doubts: this.#doubts,
      ...(this.#bulk === undefined ? {} : { bulk: this.#bulk }),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#atTheEnd.disposeAsync()
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

/** Carries out an experiment on the shared stack (or another) and closes it. */
export async function runExperiment(
  context: Context,
  options: ExperimentOptions,
  work: (experiment: Experiment) => Promise<void>,
  stack?: Stack,
): Promise<Outcome> {
  await using experiment = await Experiment.begin(context, stack ?? (await context.stack()), options)
  await work(experiment)
  return { evidence: await experiment.evidence() }
}
