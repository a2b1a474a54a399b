// A sample beside a team's own records of the same days: in no query that does not ask for it, alone in one that does, and gone without a trace.
import { join } from 'node:path'
import { messageOf } from '../../core/errors.ts'
import { temporaryDirectory } from '../../core/temporary-directory.ts'
import { askStack, differencesFrom } from '../../harness/dataset/compare.ts'
import { type FormatName, formatNames } from '../../harness/dataset/formats.ts'
import type { Manifest } from '../../harness/dataset/manifest.ts'
import { readManifest } from '../../harness/dataset/read.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { countsIn, emptied, filesOf, loadFormat, rested } from '../../harness/rigs/dataset-round-trip.ts'
import { contentsOfTables, contentsOfViews, rowsWith } from '../../harness/rigs/stored-contents.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { connect, type Database } from '../../stack/clickhouse/database.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { loadedSamples, settingsFor } from '../../stack/samples/loaded.ts'
import { unload } from '../../stack/samples/unload.ts'
import { type Week, writtenWeek } from './written-week.ts'

const SAMPLE = 'a-week.of_samples'
const SESSIONS = { full: 12, standard: 3, smoke: 3 } as const
/** More than these sessions have: some are copied. */
const LOG_RECORDS = { full: 1_200, standard: 300, smoke: 300 } as const
const FORMATS = { full: formatNames, standard: ['otlp', 'jsonl'], smoke: ['otlp', 'jsonl'] } as const
const AS_IN_MANIFEST = 'as in the manifest'

export const apart: Definition = {
  name: 'apart',
  title:
    'keeps a sample apart from records of the same days in every format, shows it alone where it is asked for, and removes it and nothing else',
  requirements: ['R8', 'R9'],
  profile: 'full',
  run: async (context) => {
    const stack = await context.ownStack()
    return runExperiment(context, { mark: 'apart' }, (experiment) => proven(context, experiment, stack), stack)
  },
}

interface Written {
  readonly directory: string
  readonly manifest: Manifest
}

async function proven(context: Context, experiment: Experiment, stack: Stack): Promise<void> {
  await using room = await temporaryDirectory('apart')
  context.progress('writing two datasets of the same days')
  const own = await written(context, join(room.path, 'own'), { seed: context.seed + 1, formats: ['otlp'] })
  const sample = await written(context, join(room.path, 'sample'), {
    seed: context.seed,
    formats: FORMATS[context.profile],
  })
  await using trial = new Trial(context, experiment, stack)
  await trial.loadOwn(own)
  await trial.check('the records before', own.manifest)
  for (const format of FORMATS[context.profile])
    await trial.besides(sample, format, { what: `a sample in ${format}`, own: own.manifest })
  // Equal in all that a record is told by, but for the mark.
  await trial.besides(own, 'otlp', { what: 'the same records as a sample', own: own.manifest })
  await trial.besides({ ...own, leftOut: true }, 'otlp', { what: 'a sample with what is left out', own: own.manifest })
  await emptied(stack)
  // A sample that was there first takes nobody's place.
  await trial.load(own, 'otlp')
  await trial.loadOwn(own)
  await trial.check('the records behind the same as a sample', own.manifest)
  await trial.remove('the sample that was there first', own.manifest)
  await emptied(stack)
}

async function written(context: Context, directory: string, week: Pick<Week, 'seed' | 'formats'>): Promise<Written> {
  const { profile } = context
  await writtenWeek(context, directory, { ...week, sessions: SESSIONS[profile], logRecords: LOG_RECORDS[profile] })
  return { directory, manifest: await readManifest(directory) }
}

class Trial implements AsyncDisposable {
  readonly #context: Context
  readonly #experiment: Experiment
  readonly #stack: Stack
  readonly #admin: Database
  readonly #analyst: Database
  readonly #ofSample: Database
  /** Of the tables and views, when only the own records were there. */
  #before: object = {}

  constructor(context: Context, experiment: Experiment, stack: Stack) {
    this.#context = context
    this.#experiment = experiment
    this.#stack = stack
    this.#admin = connect(stack, 'admin')
    this.#analyst = connect(stack, 'analyst')
    this.#ofSample = connect(stack, 'analyst', { settings: settingsFor(SAMPLE) })
  }

  async loadOwn({ directory, manifest }: Written): Promise<void> {
    await loadFormat(this.#stack, directory, filesOf(manifest, 'otlp'))
    await rested(this.#stack)
  }

  async load({ directory, manifest }: Written, format: FormatName): Promise<void> {
    const mark = this.#context.tamper.dataset?.mark ?? ((name: string) => name)
    await loadFormat(this.#stack, directory, filesOf(manifest, format), mark(SAMPLE))
    await rested(this.#stack)
  }

  /** What is seen without asking for a sample. */
  async check(what: string, own: Manifest): Promise<void> {
    const { logRecords: events, dataPoints: points } = own.counts
    this.#same(what, await countsIn(this.#analyst), { events, points })
    this.#same(`${what}: answers`, await this.#answers(own, this.#analyst), AS_IN_MANIFEST)
  }

  async besides(
    sample: Written & { readonly leftOut?: boolean },
    format: FormatName,
    { what, own }: { readonly what: string; readonly own: Manifest },
  ): Promise<void> {
    this.#before = await this.#contents()
    const { logRecords, dataPoints } = sample.manifest.counts
    for (const times of ['once', 'twice']) {
      this.#context.progress(`${what}, loaded ${times}`)
      await this.load(sample, format)
      const there = await countsIn(this.#ofSample)
      this.#same(`${what}, loaded ${times}`, there, { events: logRecords, points: dataPoints })
    }
    this.#same(`${what}: its answers`, await this.#answers(sample.manifest, this.#ofSample), AS_IN_MANIFEST)
    if (sample.leftOut === true) await this.#leaveOut()
    await this.check(`beside ${what}`, own)
    const more = sample.leftOut === true ? 2 : 0
    const [listed, ...others] = await loadedSamples(this.#analyst)
    this.#same(
      `${what}: in the list`,
      { ...listed, others },
      { ...listed, dataset: SAMPLE, log_records: logRecords + more, data_points: dataPoints + more, others: [] },
    )
    await this.remove(what, own)
  }

  async remove(what: string, own: Manifest): Promise<void> {
    const [listed] = await loadedSamples(this.#analyst)
    const admin = this.#context.tamper.dataset?.removing?.(this.#admin) ?? this.#admin
    this.#same(`${what}: what is said of its removal`, await unload(admin, SAMPLE).catch(messageOf), listed)
    this.#same(`${what}: rows with its name afterwards`, await rowsWith(this.#admin, SAMPLE), 0)
    await this.check(`without ${what}`, own)
    if (Object.keys(this.#before).length > 0)
      this.#same(`${what}: all else afterwards`, await this.#contents(), this.#before)
    const none = `there is no sample ${SAMPLE}; none is loaded`
    this.#same(`${what}: a second removal`, await unload(admin, SAMPLE).catch(messageOf), none)
    this.#before = {}
  }

  /** What the policy leaves out, and what another program sent: no view of either shows it of a sample, and it goes with it. */
  async #leaveOut(): Promise<void> {
    await using ingest = connect(this.#stack, 'ingest')
    for (const [scope, note] of [
      ['', 'cat /secret/x'],
      ['another.program', 'a note'],
    ]) {
      const values = { scope, note, sample: SAMPLE }
      await ingest.run(
        `INSERT INTO telemetry.landing_logs (Timestamp, Body, ScopeName, LogAttributes, ResourceAttributes)
         SELECT now64(9), 'text', {scope:String}, map('note', {note:String}), map('telemetry.dataset', {sample:String})`,
        values,
      )
      await ingest.run(
        `INSERT INTO telemetry.landing_metrics_sum (MetricName, TimeUnix, Value, ScopeName, Attributes, ResourceAttributes)
         SELECT 'commit.count', now64(9), 1, {scope:String}, map('note', {note:String}), map('telemetry.dataset', {sample:String})`,
        values,
      )
    }
    this.#same('views beside what is left out of a sample', await this.#contentsOfViews(), this.#before)
  }

  async #answers(manifest: Manifest, database: Database): Promise<unknown> {
    const [first] = await differencesFrom(manifest, askStack(database, this.#context.stackDirectory))
    return first ?? AS_IN_MANIFEST
  }

  async #contents(): Promise<object> {
    return { ...(await contentsOfTables(this.#admin)), ...(await contentsOfViews(this.#analyst)) }
  }

  async #contentsOfViews(): Promise<object> {
    return { ...this.#before, ...(await contentsOfViews(this.#analyst)) }
  }

  #same(what: string, actual: unknown, expected: unknown): void {
    this.#experiment.check('dataset', what, { actual, expected })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const database of [this.#admin, this.#analyst, this.#ofSample]) await database[Symbol.asyncDispose]()
  }
}
