// The files of a soak in its run's directory: what it is, how far it came, how each request was answered, and its time series.
import { appendFile, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import lockfile from 'proper-lockfile'
import { z } from 'zod'
import { ExitCode, MachineError, messageOf, UsageError, UserError } from '../../core/errors.ts'
import { type SoakSample, soakSampleSchema } from '../judge/soak/sample.ts'
import { soakPlanSchema } from './options.ts'

const count = z.number().min(0)
/** Of the lock: how long after its holder's last sign of life it is free, and how often the holder gives one. */
const LOCK_STALE_MS = 10_000
const LOCK_UPDATE_MS = 3_000
/** Seconds: as long as a lock of a soak that was killed is there. */
const LOCK_TRIES = 12

/** What a start of the soak came to. */
export const soakPartSchema = z.strictObject({
  /** The number of its first request. */
  from: z.int().min(0),
  /** Null of a start that was killed: nobody lived to say. */
  result: z
    .strictObject({
      requests: z.int().min(0),
      records: z.int().min(0),
      dropped: z.int().min(0),
      late: z.int().min(0),
      /** Of the worst thread. */
      latenessMs: count,
      /** How long it sent. */
      tookMs: count,
      /** Events that it heard answers of. */
      noted: z.int().min(0),
    })
    .nullable(),
})

export const soakStateSchema = z.strictObject({
  format: z.literal(1),
  /** `whole`: it was judged, and there is nothing to go on with. */
  status: z.enum(['begun', 'whole']),
  plan: soakPlanSchema,
  /** The run's clock, milliseconds since the epoch: it decides what is sent. */
  clockMs: z.int(),
  /** Events a second; null until the saturation is found. */
  rate: z.number().positive().nullable(),
  /** Of what was sent to find it. */
  saturation: z
    .strictObject({ rate: z.number(), tally: z.record(z.string(), z.union([z.number(), z.array(z.string())])) })
    .nullable(),
  parts: z.array(soakPartSchema),
  /** Milliseconds of sending, over all starts. */
  sentMs: count,
  /** Events in requests of which nobody knows the answer, because a start of the soak was killed. */
  unsettled: z.int().min(0),
})
export type SoakState = Readonly<z.infer<typeof soakStateSchema>>
export type SoakPart = Readonly<z.infer<typeof soakPartSchema>>

export class SoakFiles {
  readonly run: string
  #written: Promise<void> = Promise.resolve()

  /** @param run the directory of the run */
  constructor(run: string) {
    this.run = run
  }

  /** What the services keep; it goes when the soak is whole. */
  get data(): string {
    return join(this.run, 'soak', 'stack')
  }

  /** Of its containers: their volumes outlive a start of the soak. */
  get projectName(): string {
    return `telemetry-proof-soak-${basename(this.run).toLowerCase()}`
  }

  get runId(): string {
    return basename(this.run)
  }

  get relay(): string {
    return join(this.run, 'soak', 'relay')
  }

  /** @throws UsageError when the run is no soak or is whole; UserError (exit code 2) when a file of it is damaged */
  async read(): Promise<SoakState> {
    const text = await readFile(this.#state, 'utf8').catch(() => undefined)
    if (text === undefined)
      throw new UsageError(`--resume ${this.run}: there is no soak to go on with (expected ${this.#state})`)
    let state: SoakState
    try {
      state = soakStateSchema.parse(JSON.parse(text))
    } catch (error) {
      const cause = error instanceof z.ZodError ? (error.issues[0]?.message ?? '') : messageOf(error)
      throw new UserError(`${this.#state} is damaged or of another version: ${cause.split('\n')[0]}`, ExitCode.unknown)
    }
    if (state.status === 'whole')
      throw new UsageError(`--resume ${this.run}: that soak is whole, its report is there; begin another`)
    return state
  }

  /**
   * Nobody else goes on with it until this is disposed; one that was killed lets go after some seconds.
   * @throws MachineError when another process does
   */
  async lock(retries = LOCK_TRIES): Promise<AsyncDisposable> {
    const release = await lockfile
      .lock(this.run, {
        lockfilePath: join(this.run, 'soak.lock'),
        ...{ realpath: false, stale: LOCK_STALE_MS, update: LOCK_UPDATE_MS },
        retries: { retries, minTimeout: 1_000, maxTimeout: 1_000, factor: 1 },
        // A machine that stood still for so long has lost it; what is written stays whole all the same.
        onCompromised: () => {},
      })
      .catch((error: unknown) => {
        throw new MachineError(`${this.run}: another process goes on with this soak (${messageOf(error)})`)
      })
    return { [Symbol.asyncDispose]: () => release().catch(() => {}) }
  }

  /** Whether nothing is left to go on with. */
  async isWhole(): Promise<boolean> {
    const text = await readFile(this.#state, 'utf8').catch(() => '')
    const state = soakStateSchema.safeParse(parseLine(text))
    return state.success && state.data.status === 'whole'
  }

  /** Answers first: the state says how far they go. @throws MachineError when the disk does not take it */
  async checkpoint(state: SoakState, answers?: { readonly from: number; readonly bytes: Uint8Array }): Promise<void> {
    await this.#write(async () => {
      await mkdir(join(this.run, 'soak'), { recursive: true })
      if (answers !== undefined && answers.bytes.length > 0) {
        await using file = await open(this.#answers, 'a').then(async (made) => {
          await made.close()
          return open(this.#answers, 'r+')
        })
        await file.write(answers.bytes, 0, answers.bytes.length, answers.from)
      }
      await writeFile(`${this.#state}.new`, JSON.stringify(state), { flush: true })
      await rename(`${this.#state}.new`, this.#state)
    })
  }

  /** One byte a request, as `BulkLedger.changes` gave them. */
  async answers(): Promise<Uint8Array> {
    return readFile(this.#answers).catch(() => new Uint8Array())
  }

  async addSamples(samples: readonly SoakSample[]): Promise<void> {
    if (samples.length === 0) return
    await this.#write(() => appendFile(this.#series, samples.map((sample) => `${JSON.stringify(sample)}\n`).join('')))
  }

  /** Of all starts so far; a last line that was cut off is none. */
  async *samples(): AsyncGenerator<SoakSample> {
    await using file = await open(this.#series, 'r').catch(() => undefined)
    if (file === undefined) return
    for await (const line of file.readLines()) {
      const sample = soakSampleSchema.safeParse(parseLine(line))
      if (sample.success) yield sample.data
    }
  }

  /** Removes what an unfinished soak needs and a whole one does not. */
  async removeData(): Promise<void> {
    for (const path of [this.data, this.relay]) await rm(path, { recursive: true, force: true, maxRetries: 5 })
  }

  /** Removes all that a soak has left that did not come as far as to send. */
  async clear(): Promise<void> {
    await this.removeData()
    for (const path of [this.#answers, this.#series]) await rm(path, { force: true })
  }

  get #state(): string {
    return join(this.run, 'soak.json')
  }

  get #answers(): string {
    return join(this.run, 'soak', 'answers.bin')
  }

  get #series(): string {
    return join(this.run, 'soak-series.jsonl')
  }

  /** One after the other: a signal may come while something is being written. */
  #write(work: () => Promise<void>): Promise<void> {
    this.#written = this.#written
      .catch(() => {})
      .then(work)
      .catch((error: unknown) => {
        throw new MachineError(`the soak cannot be written down in ${this.run}: ${messageOf(error)}`)
      })
    return this.#written
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
