// Runs the variants in turn, round by round, and prices what they took.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit, stopSignal } from '../../../core/cleanup.ts'
import { stackDirectory } from '../../../core/paths.ts'
import { orderOf, type RunFigures } from './arithmetic.ts'
import { copyStack } from './edit.ts'
import { type Input, recordsOf } from './input.ts'
import { type Measurement, measure } from './measure.ts'
import type { PricedVariant } from './report.ts'
import type { Variant } from './variants.ts'

export interface RunOptions {
  readonly variants: readonly Variant[]
  readonly input: Input
  readonly rounds: number
  readonly progress: (message: string) => void
}

export interface MeasuredVariant extends PricedVariant {
  readonly measurements: readonly Measurement[]
}

/** @throws UserError when an edit does not apply, a stack does not come up, or a variant does not store what it must */
export async function runVariants({ variants, input, rounds, progress }: RunOptions): Promise<MeasuredVariant[]> {
  const room = await mkdtemp(join(tmpdir(), 'telemetry-proof-price-'))
  const copied = copyStacks(variants, room)
  using _removal = atExit(async () => {
    // What is being copied would come back.
    await copied.catch(() => {})
    await rm(room, { recursive: true, force: true })
  })
  try {
    await copied
    const measured = new Map<string, Measurement[]>(variants.map(({ name }) => [name, []]))
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, variant] of orderOf(variants, round).entries()) {
        stopSignal.throwIfAborted()
        progress(`price: round ${round + 1} of ${rounds}, ${index + 1} of ${variants.length}: ${variant.name}`)
        measured.get(variant.name)?.push(await measure(variant, join(room, variant.name), input))
      }
    }
    return variants.map((variant) => {
      const measurements = measured.get(variant.name) ?? []
      return { variant, measurements, runs: measurements.map((one, round) => figuresIn(one, round + 1, input)) }
    })
  } finally {
    await rm(room, { recursive: true, force: true })
  }
}

async function copyStacks(variants: readonly Variant[], room: string): Promise<void> {
  for (const { name, edits } of variants) {
    stopSignal.throwIfAborted()
    await copyStack(stackDirectory, join(room, name), edits)
  }
}

/** A measurement by records that were sent: what a policy drops has its price too. */
function figuresIn(measured: Measurement, round: number, input: Input): RunFigures {
  const records = recordsOf(input)
  const micros = (ms: number) => (ms * 1000) / records
  const { collectorCpuMs, clickhouseCpuMs, storedRows, inserts } = measured
  return {
    round,
    collectorMicros: micros(collectorCpuMs),
    clickhouseMicros: micros(clickhouseCpuMs),
    totalMicros: micros(collectorCpuMs + clickhouseCpuMs),
    senderMicros: micros(measured.senderCpuMs),
    recordsPerSecond: records / (measured.durationMs / 1000),
    bytesPerRow: storedRows === 0 ? 0 : measured.storedBytes / storedRows,
    rowsPerInsert: inserts === 0 ? 0 : records / inserts,
  }
}
