// The blocks of a preset again and again, until there are as many log records as wanted.
import { type Block, type Counts, nothing } from './block.ts'
import { BlockCopies } from './copies.ts'

/** Records of which copies are kept; sessions beyond that are not played. */
const MOST_KEPT = 20_000

export interface Repeating {
  /** It ends behind the session that reaches them. */
  readonly logRecords: number
  /** From one round to the next. */
  readonly days: number
  /** Records up to which the oracle reads along. */
  readonly mostSent: number
}

export async function* repeated(
  blocks: AsyncIterable<Block> | Iterable<Block>,
  { logRecords, days, mostSent }: Repeating,
): AsyncGenerator<Block> {
  const kept: BlockCopies[] = []
  let keptRecords = 0
  let counts: Counts = nothing
  for await (const block of blocks) {
    kept.push(new BlockCopies(block))
    keptRecords += recordsIn(block)
    counts = {
      ...counts,
      logRecords: counts.logRecords + block.counts.logRecords,
      dataPoints: counts.dataPoints + block.counts.dataPoints,
    }
    yield block
    if (counts.logRecords >= logRecords) return
    if (keptRecords >= MOST_KEPT) break
  }
  if (counts.logRecords === 0) return
  for (let round = 1; ; round += 1) {
    for (const copies of kept) {
      const block = copies.copy({ round, shiftDays: round * days }, counts.logRecords + counts.dataPoints <= mostSent)
      counts = {
        ...counts,
        logRecords: counts.logRecords + block.counts.logRecords,
        dataPoints: counts.dataPoints + block.counts.dataPoints,
      }
      yield block
      if (counts.logRecords >= logRecords) return
    }
  }
}

function recordsIn({ counts }: Block): number {
  return counts.logRecords + counts.dataPoints
}
