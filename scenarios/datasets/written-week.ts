// A team's week as a dataset in a directory, with copies of some of its sessions.
import { plansOf } from '../../generators/team/parts.ts'
import { readPreset } from '../../generators/team/preset.ts'
import { teamPlayer } from '../../generators/team/team-session.ts'
import type { Block, Lines } from '../../harness/dataset/block.ts'
import { sessionBlocks } from '../../harness/dataset/blocks.ts'
import { MOST_ANSWERED, writeDirectory } from '../../harness/dataset/directory.ts'
import type { FormatName } from '../../harness/dataset/formats.ts'
import type { Manifest } from '../../harness/dataset/manifest.ts'
import { repeated } from '../../harness/dataset/repeat.ts'
import type { Context } from '../../harness/scenario.ts'
import { openConversions } from '../../stack/runtime/embedded/clickhouse-local.ts'

const COPIED_DAYS = 7
const SPLIT_RECORDS = 150
/** Copies come later, and none may be from the future. */
const WEEKS_MS = 3 * 7 * 86_400_000

export interface Week {
  readonly formats: readonly FormatName[]
  readonly sessions: number
  /** More than the sessions have: some are copied. */
  readonly logRecords: number
  readonly seed: number
}

/** Also for a control, which may change what is written. */
export async function writtenWeek(
  context: Context,
  out: string,
  { formats, sessions, logRecords, seed }: Week,
): Promise<void> {
  const preset = await readPreset('team-week')
  const startMs = context.dataStartMs - WEEKS_MS
  const sessionsOf = (of: number) => {
    const options = { preset: { ...preset, sessions: { ...preset.sessions, most: sessions } }, seed: of }
    return plansOf({ ...options, startMs }).map(teamPlayer(options))
  }
  const answersSeed = context.tamper.dataset?.answersOf?.(seed) ?? seed
  await writeDirectory({
    out,
    formats,
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
      return repeated(blocks, { logRecords, days: COPIED_DAYS, mostSent: MOST_ANSWERED })
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
