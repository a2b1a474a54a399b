// A team's week, written once and loaded in every format, twice each, against the answers of its manifest.
import { join } from 'node:path'
import { temporaryDirectory } from '../../core/temporary-directory.ts'
import { plansOf } from '../../generators/team/parts.ts'
import { readPreset } from '../../generators/team/preset.ts'
import { teamPlayer } from '../../generators/team/team-session.ts'
import type { Block, Lines } from '../../harness/dataset/block.ts'
import { sessionBlocks } from '../../harness/dataset/blocks.ts'
import { askStack, differencesFrom } from '../../harness/dataset/compare.ts'
import { MOST_ANSWERED, writeDirectory } from '../../harness/dataset/directory.ts'
import { type FormatName, formatNames } from '../../harness/dataset/formats.ts'
import type { Manifest } from '../../harness/dataset/manifest.ts'
import { checkFiles, readManifest } from '../../harness/dataset/read.ts'
import { repeated } from '../../harness/dataset/repeat.ts'
import { type Experiment, runExperiment } from '../../harness/experiment/experiment.ts'
import { emptied, filesOf, loadFormat, stored } from '../../harness/rigs/dataset-round-trip.ts'
import type { Context, Definition } from '../../harness/scenario.ts'
import { connect } from '../../stack/clickhouse/database.ts'
import { openConversions } from '../../stack/runtime/embedded/clickhouse-local.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'

const SESSIONS = { full: 40, standard: 6, smoke: 6 } as const
/** A control has its mistake in any of them. */
const FORMATS = { full: formatNames, standard: ['jsonl', 'parquet'], smoke: ['jsonl', 'parquet'] } as const
/** More than these sessions have: some are copied. */
const LOG_RECORDS = { full: 4_000, standard: 600, smoke: 600 } as const
const COPIED_DAYS = 7
const SPLIT_RECORDS = 150
/** Copies come later, and none may be from the future. */
const WEEKS_MS = 3 * 7 * 86_400_000

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
  await written(context, directory)
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

async function written(context: Context, out: string): Promise<void> {
  const preset = await readPreset('team-week')
  const startMs = context.dataStartMs - WEEKS_MS
  const sessionsOf = (seed: number) => {
    const options = { preset: { ...preset, sessions: { ...preset.sessions, most: SESSIONS[context.profile] } }, seed }
    return plansOf({ ...options, startMs }).map(teamPlayer(options))
  }
  const seed = context.seed
  const answersSeed = context.tamper.dataset?.answersOf?.(seed) ?? seed
  await writeDirectory({
    out,
    formats: FORMATS[context.profile] satisfies readonly FormatName[],
    compression: 'zstd',
    split: { unit: 'records', most: SPLIT_RECORDS },
    made: {
      preset: 'team-week',
      seed,
      start: new Date(startMs).toISOString(),
      shard: { number: 1, of: 1 },
      events: null,
    } satisfies Manifest['made'],
    blocks: (wanted) => {
      const judged = sessionBlocks(sessionsOf(answersSeed), wanted)
      const blocks = tampered(context, sessionBlocks(sessionsOf(seed), wanted), judged)
      return repeated(blocks, { logRecords: LOG_RECORDS[context.profile], days: COPIED_DAYS, mostSent: MOST_ANSWERED })
    },
    conversions: () => openConversions(context.progress),
    told: () => {},
    stackDirectory: context.stackDirectory,
  })
}

/** @param others the blocks whose records are judged by; the same where nothing is sabotaged */
function* tampered(context: Context, blocks: Iterable<Block>, others: Iterable<Block>): Generator<Block> {
  const judged = others[Symbol.iterator]()
  for (const block of blocks) {
    const { value } = judged.next() as { readonly value?: Block }
    const lines = Object.entries(block.lines).map(([holding, each]) => [holding, changed(context, each, holding)])
    yield { ...block, ...(value?.sent === undefined ? {} : { sent: value.sent }), lines: Object.fromEntries(lines) }
  }
}

function changed({ tamper }: Context, lines: Lines, holding: string): Lines {
  const change = tamper.dataset?.lines
  if (change === undefined) return lines
  const now = change(String(Buffer.from(lines.bytes)).split('\n').slice(0, -1), holding)
  const bytes = Buffer.from(now.map((line) => `${line}\n`).join(''))
  return { bytes, rows: now.length, records: lines.records + now.length - lines.rows }
}
