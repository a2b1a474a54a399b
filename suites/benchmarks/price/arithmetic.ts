// From runs to prices: medians of each variant, and what a stage or a guarantee costs as the difference of two variants. Pure.
import { type Range, rangeOf } from '../../../core/range.ts'

/** One run of one variant, in microseconds of CPU time (user and system) a record that was sent, unless its name says otherwise. */
export interface RunFigures {
  readonly round: number
  readonly collectorMicros: number
  readonly clickhouseMicros: number
  readonly totalMicros: number
  readonly senderMicros: number
  readonly recordsPerSecond: number
  /** Compressed, on disk; 0 where nothing is kept. */
  readonly bytesPerRow: number
  /** 0 where nothing is inserted. */
  readonly rowsPerInsert: number
}

export type Figure = Exclude<keyof RunFigures, 'round'>
export type Figures = Readonly<Record<Figure, Range>>

/** The same for each figure. */
function forEachFigure<T>(of: (figure: Figure) => T): Record<Figure, T> {
  return {
    collectorMicros: of('collectorMicros'),
    clickhouseMicros: of('clickhouseMicros'),
    totalMicros: of('totalMicros'),
    senderMicros: of('senderMicros'),
    recordsPerSecond: of('recordsPerSecond'),
    bytesPerRow: of('bytesPerRow'),
    rowsPerInsert: of('rowsPerInsert'),
  }
}

/** Lowest, median and highest of each figure over all runs of one variant. @throws RangeError without a run */
export function figuresOf(runs: readonly RunFigures[]): Figures {
  return forEachFigure((figure) => {
    const found = rangeOf(runs.map((run) => run[figure]))
    if (found === undefined) throw new RangeError('there is no run to take figures of')
    return found
  })
}

export interface Stage {
  readonly stage: string
  readonly component: 'collector' | 'clickhouse'
  readonly micros: number
}

export interface StageFigures {
  readonly ours: Figures
  readonly decode: Figures
  readonly process: Figures
  readonly landing: Figures
  readonly raw: Figures
}

/**
 * What each stage of ours costs, by differences of medians between variants that end one stage earlier each. They add up to the medians of the
 * two components, whatever the figures; one that noise has made negative is shown as it is.
 */
export function stagesOf({ ours, decode, process, landing, raw }: StageFigures): readonly Stage[] {
  const inCollector = (figures: Figures) => figures.collectorMicros.median
  const inClickhouse = (figures: Figures) => figures.clickhouseMicros.median
  return [
    { stage: 'decode', component: 'collector', micros: inCollector(decode) },
    { stage: 'processors', component: 'collector', micros: inCollector(process) - inCollector(decode) },
    { stage: 'queue and exporter', component: 'collector', micros: inCollector(ours) - inCollector(process) },
    { stage: 'landing', component: 'clickhouse', micros: inClickhouse(landing) },
    { stage: 'raw rows', component: 'clickhouse', micros: inClickhouse(raw) - inClickhouse(landing) },
    { stage: 'typed columns', component: 'clickhouse', micros: inClickhouse(ours) - inClickhouse(raw) },
  ]
}

export interface Cost {
  /** Differences of medians: with it minus without it. */
  readonly collectorMicros: number
  readonly clickhouseMicros: number
  readonly totalMicros: number
  readonly bytesPerRow: number
  /** The same difference of the total within each round: how far one round is from another tells what the noise is. */
  readonly totalInARound: Range
}

/** What something costs: runs with it against runs without it. @throws RangeError when no round has both */
export function costOf(with_: readonly RunFigures[], without: readonly RunFigures[]): Cost {
  const [dear, cheap] = [figuresOf(with_), figuresOf(without)]
  const difference = (figure: Figure) => dear[figure].median - cheap[figure].median
  const inRounds = with_.flatMap((run) =>
    without.filter(({ round }) => round === run.round).map((other) => run.totalMicros - other.totalMicros),
  )
  const totalInARound = rangeOf(inRounds)
  if (totalInARound === undefined) throw new RangeError('no round has a run with it and one without it')
  return {
    collectorMicros: difference('collectorMicros'),
    clickhouseMicros: difference('clickhouseMicros'),
    totalMicros: difference('totalMicros'),
    bytesPerRow: difference('bytesPerRow'),
    totalInARound,
  }
}

/** How many times as much as the other, by medians: of each figure that both have. */
export function ratiosOf(ours: Figures, official: Figures): Readonly<Record<Figure, number>> {
  return forEachFigure((figure) => ours[figure].median / official[figure].median)
}

/** The variants of a round, begun with another one each time: none always runs after the same one. */
export function orderOf<T>(variants: readonly T[], round: number): readonly T[] {
  const first = variants.length === 0 ? 0 : round % variants.length
  return [...variants.slice(first), ...variants.slice(0, first)]
}
