// A team's week, written once and loaded in every format, twice each, against the answers of its manifest.
import { join } from 'node:path'
import { temporaryDirectory } from '../../core/temporary-directory.ts'
import { askStack, differencesFrom } from '../../harness/dataset/compare.ts'
import { formatNames } from '../../harness/dataset/formats.ts'
import { checkFiles, readManifest } from '../../harness/dataset/read.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { emptied, filesOf, loadFormat, stored } from '../../harness/rigs/dataset-round-trip.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { connect } from '../../stack/clickhouse/database.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { writtenWeek } from './written-week.ts'

const SESSIONS = { full: 40, standard: 6, smoke: 6 } as const
/** A control has its mistake in any of them. */
const FORMATS = { full: formatNames, standard: ['jsonl', 'parquet'], smoke: ['jsonl', 'parquet'] } as const
/** More than these sessions have: some are copied. */
const LOG_RECORDS = { full: 4_000, standard: 600, smoke: 600 } as const

export const everyFormat: Definition = {
  name: 'every-format',
  title:
    'gives every answer of the manifest of a dataset, in whatever format it is loaded, and also when it is loaded twice',
  requirements: ['R8', 'R9'],
  profile: 'full',
  run: async (context) => {
    const stack = await context.ownStack()
    return runExperiment(context, { mark: 'datasets' }, (experiment) => proven(context, experiment, stack), stack)
  },
}

async function proven(context: Context, experiment: Experiment, stack: Stack): Promise<void> {
  await using room = await temporaryDirectory('datasets')
  await using analyst = connect(stack, 'analyst')
  await using admin = connect(stack, 'admin')
  // Copies that were merged away would be counted once by any query.
  await admin.run('SYSTEM STOP MERGES telemetry.log_records')
  await admin.run('SYSTEM STOP MERGES telemetry.metric_points')
  const directory = join(room.path, 'week')
  context.progress('writing a dataset')
  await writtenWeek(context, directory, {
    formats: FORMATS[context.profile],
    sessions: SESSIONS[context.profile],
    logRecords: LOG_RECORDS[context.profile],
    seed: context.seed,
  })
  const manifest = await readManifest(directory)
  await checkFiles(directory, manifest.files, () => {})
  const { logRecords: events, dataPoints: points } = manifest.counts
  const check = (what: string, actual: unknown, expected: unknown) =>
    experiment.check('dataset', what, { actual, expected })
  check(
    'answers of its manifest',
    manifest.answers.map(({ queries }) => Object.keys(queries).length > 20),
    [true, true, true],
  )
  for (const format of FORMATS[context.profile]) {
    const files = filesOf(manifest, format)
    check(
      `${format}: records in its files`,
      files.reduce((sum, { records }) => sum + records, 0),
      events + points,
    )
    await emptied(stack)
    for (const times of ['once', 'twice']) {
      context.progress(`${format}, loaded ${times}`)
      await loadFormat(stack, directory, context.tamper.dataset?.loaded?.(files) ?? files)
      const there = await stored(stack, analyst, sabotaged(context) ? 0 : events + points)
      check(`${format}, loaded ${times}: records`, there, { events, points })
    }
    const [first] = await differencesFrom(manifest, askStack(analyst, context.stackDirectory))
    check(`${format}: answers`, first ?? 'as in the manifest', 'as in the manifest')
  }
  await emptied(stack)
}

/** What is lost on purpose is not waited for. */
function sabotaged({ tamper }: Context): boolean {
  return tamper.dataset !== undefined
}
