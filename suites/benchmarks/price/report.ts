// The price for people, as tables, and for programs, with the unit at the end of each name. Pure.
import type { Range } from '../../../core/range.ts'
import {
  type Cost,
  costOf,
  type Figures,
  figuresOf,
  type RunFigures,
  ratiosOf,
  type Stage,
  stagesOf,
} from './arithmetic.ts'
import { DECODE, LANDING, OFFICIAL, OURS, PROCESS, RAW, type Variant } from './variants.ts'

export interface PricedVariant {
  readonly variant: Pick<Variant, 'name' | 'what' | 'guarantee'>
  readonly runs: readonly RunFigures[]
}

/** What the runs say. */
export interface Price {
  readonly variants: readonly (PricedVariant & { readonly figures: Figures })[]
  /** Empty where a variant that they need was not run. */
  readonly stages: readonly Stage[]
  readonly guarantees: readonly { readonly guarantee: string; readonly without: string; readonly cost: Cost }[]
  /** Ours by the official; undefined where one of them was not run. */
  readonly ratios: ReturnType<typeof ratiosOf> | undefined
}

export function priceOf(priced: readonly PricedVariant[]): Price {
  const variants = priced.map((one) => ({ ...one, figures: figuresOf(one.runs) }))
  const find = (name: string) => variants.find(({ variant }) => variant.name === name)
  const [ours, official] = [find(OURS), find(OFFICIAL)]
  const [decode, process, landing, raw] = [find(DECODE), find(PROCESS), find(LANDING), find(RAW)]
  return {
    variants,
    stages:
      ours && decode && process && landing && raw
        ? stagesOf({
            ours: ours.figures,
            decode: decode.figures,
            process: process.figures,
            landing: landing.figures,
            raw: raw.figures,
          })
        : [],
    guarantees: variants.flatMap(({ variant: { name, guarantee }, runs }) =>
      guarantee === undefined || ours === undefined
        ? []
        : [{ guarantee, without: name, cost: costOf(ours.runs, runs) }],
    ),
    ratios: ours && official && ratiosOf(ours.figures, official.figures),
  }
}

/** Tables, a line each. CPU time is in microseconds a record. */
export function linesOf({ variants, stages, guarantees, ratios }: Price): readonly string[] {
  const official = variants.find(({ variant }) => variant.name === OFFICIAL)?.figures.totalMicros.median
  const variantRows = variants.map(({ variant, figures: f }) => [
    variant.name,
    ...[f.collectorMicros, f.clickhouseMicros, f.totalMicros].map(spread),
    official === undefined ? '' : (f.totalMicros.median / official).toFixed(1),
    f.recordsPerSecond.median.toFixed(0),
    f.rowsPerInsert.median.toFixed(0),
    f.bytesPerRow.median.toFixed(0),
    f.senderMicros.median.toFixed(0),
  ])
  const stageRows = stages.map(({ stage, component, micros }) => [stage, component, rounded(micros, 1)])
  const sum = stages.reduce((total, { micros }) => total + micros, 0)
  const guaranteeRows = guarantees.map(({ guarantee, without, cost }) => [
    guarantee,
    without,
    rounded(cost.collectorMicros, 1),
    rounded(cost.clickhouseMicros, 1),
    rounded(cost.totalMicros, 1),
    `${rounded(cost.totalInARound.min, 0)} to ${rounded(cost.totalInARound.max, 0)}`,
    rounded(cost.bytesPerRow, 0),
  ])
  return [
    'CPU time in µs a record: median (lowest to highest)',
    ...table(
      ['variant', 'collector', 'ClickHouse', 'both', 'x official', 'records/s', 'rows/insert', 'bytes/row', 'sender'],
      variantRows,
    ),
    ...(ratios === undefined
      ? []
      : [
          '',
          `ours is the official: collector x ${ratios.collectorMicros.toFixed(1)}, ClickHouse x ${ratios.clickhouseMicros.toFixed(1)}, ` +
            `both x ${ratios.totalMicros.toFixed(1)}, records/s x ${ratios.recordsPerSecond.toFixed(2)}, bytes x ${ratios.bytesPerRow.toFixed(2)}`,
        ]),
    ...(stages.length === 0
      ? []
      : ['', ...table(['stage of ours', 'component', 'µs'], [...stageRows, ['together', '', sum.toFixed(1)]])]),
    ...(guarantees.length === 0
      ? []
      : [
          '',
          ...table(
            ['guarantee', 'without it', 'collector', 'ClickHouse', 'both', 'in a round', 'bytes/row'],
            guaranteeRows,
          ),
        ]),
  ]
}

/** A difference that rounds to nothing has no sign. */
function rounded(value: number, digits: number): string {
  return (Number(value.toFixed(digits)) + 0).toFixed(digits)
}

function spread({ min, median, max }: Range): string {
  return `${median.toFixed(1)} (${min.toFixed(0)} to ${max.toFixed(0)})`
}

/** Columns as wide as what stands in them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)))
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** The same for a program. Every figure has its unit in its name; a range has min, median and max. */
export function jsonOf({ variants, stages, guarantees, ratios }: Price) {
  return {
    variants: variants.map(({ variant: { name, what }, figures, runs }) => ({
      name,
      what,
      ...withUnits(figures),
      runs: runs.map(({ round, ...run }) => ({ round, ...withUnits(run) })),
    })),
    ratiosToOfficial: ratios && {
      collectorCpu: ratios.collectorMicros,
      clickhouseCpu: ratios.clickhouseMicros,
      cpu: ratios.totalMicros,
      recordsPerSecond: ratios.recordsPerSecond,
      storedBytes: ratios.bytesPerRow,
    },
    stages: stages.map(({ stage, component, micros }) => ({ stage, component, cpuMicrosecondsPerRecord: micros })),
    guarantees: guarantees.map(({ guarantee, without, cost }) => ({
      guarantee,
      without,
      collectorCpuMicrosecondsPerRecord: cost.collectorMicros,
      clickhouseCpuMicrosecondsPerRecord: cost.clickhouseMicros,
      cpuMicrosecondsPerRecord: cost.totalMicros,
      cpuMicrosecondsPerRecordInARound: cost.totalInARound,
      storedBytesPerRow: cost.bytesPerRow,
    })),
  }
}

function withUnits<T>(figures: Readonly<Record<keyof Figures, T>>) {
  return {
    collectorCpuMicrosecondsPerRecord: figures.collectorMicros,
    clickhouseCpuMicrosecondsPerRecord: figures.clickhouseMicros,
    cpuMicrosecondsPerRecord: figures.totalMicros,
    senderCpuMicrosecondsPerRecord: figures.senderMicros,
    recordsPerSecond: figures.recordsPerSecond,
    storedBytesPerRow: figures.bytesPerRow,
    rowsPerInsert: figures.rowsPerInsert,
  }
}
