// What the contenders are worth and cost, for people and for programs. Pure.
import { type Range, rangeOf } from '../../../core/range.ts'
import type { Quality, Share } from './quality.ts'

export interface Rated {
  readonly name: string
  readonly inCollector: boolean
  readonly quality: Quality | undefined
  /** Of each round. */
  readonly cpuMs: readonly number[]
}

export interface Rating {
  readonly name: string
  readonly quality: Quality | undefined
  /** Without what a collector takes that does nothing, in the same round. */
  readonly cpuMicrosPerRecord: Range
}

/** @param nothing the CPU time of the collector that does nothing, of each round */
export function ratingOf(
  { name, inCollector, quality, cpuMs }: Rated,
  nothing: readonly number[],
  records: number,
): Rating {
  const own = cpuMs.map((ms, round) => ((ms - (inCollector ? (nothing[round] ?? 0) : 0)) * 1000) / records)
  return { name, quality, cpuMicrosPerRecord: tenths(rangeOf(own) ?? { min: 0, median: 0, max: 0 }) }
}

export function tenths({ min, median, max }: Range): Range {
  const round = (value: number) => Math.round(value * 10) / 10
  return { min: round(min), median: round(median), max: round(max) }
}

const COLUMNS = [
  'known by form',
  'known by name',
  'e-mail',
  'phone',
  'canaries',
  'look-alikes kept',
  'code kept',
  'CPU µs a record',
]

/** A table: of texts, the share that is right. */
export function tableOf(ratings: readonly Rating[]): string[] {
  const rows = ratings.map(({ name, quality, cpuMicrosPerRecord: { min, median, max } }) => {
    const samples = ['format', 'named', 'email', 'phone'].map((group) => quality?.samples[group])
    const shares = [...samples, quality?.canaries, quality?.negatives, quality?.realLines]
    return [name, ...shares.map(percent), `${median} (${min} to ${max})`]
  })
  const table = [['', ...COLUMNS], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  return table.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  )
}

/** Cut, not rounded: one text that is wrong is not 100 %. */
function percent(share: Share | undefined): string {
  if (share === undefined || share.ofTexts === 0) return '–'
  return `${(Math.floor((share.texts * 1000) / share.ofTexts) / 10).toFixed(1)} %`
}
