// Benchmarks of what people wait for, each against its limit: median over several runs, as these machines are noisy.
import { stopSignal } from '../../core/cleanup.ts'
import { rangeOf } from '../../core/range.ts'
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from './benchmark.ts'

export interface Waiting {
  readonly name: string
  readonly what: string
  readonly limitSeconds: number
  readonly usual: boolean
  /** Seconds of one run. */
  readonly measure: () => Promise<number>
}

/** A benchmark that fails when the median is above the limit. */
export function waitingBenchmark(waiting: Waiting): Benchmark {
  return { name: waiting.name, usual: waiting.usual, usualRuns: 3, run: (options) => runWaiting(waiting, options) }
}

/** The first of several runs is not dropped: people have a first run too. */
async function runWaiting(waiting: Waiting, { runs, progress }: BenchmarkOptions): Promise<BenchmarkResult> {
  const { name, what, limitSeconds } = waiting
  const seconds: number[] = []
  for (let run = 0; run < runs; run += 1) {
    stopSignal.throwIfAborted()
    progress(`${name}: run ${run + 1} of ${runs}`)
    seconds.push(await waiting.measure())
  }
  const { min, median, max } = rangeOf(seconds.map((one) => Math.round(one * 1000) / 1000)) ?? ZERO
  const withinLimit = median <= limitSeconds
  const found = { minSeconds: min, medianSeconds: median, maxSeconds: max, limitSeconds, withinLimit }
  return {
    withinLimit,
    lines: [`${withinLimit ? 'ok  ' : 'OVER'} ${what}: median ${median} s (${min} to ${max}), limit ${limitSeconds} s`],
    json: { name, what, runs, ...found },
  }
}

const ZERO = { min: 0, median: 0, max: 0 }
