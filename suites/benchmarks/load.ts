// The benchmark *load*: log records for a second of CPU time, of our generator and of telemetrygen, sent to the same collector that does nothing.
import { availableParallelism, loadavg } from 'node:os'
import { stopSignal } from '../../core/cleanup.ts'
import { stackDirectory } from '../../core/paths.ts'
import { type Range, rangeOf } from '../../core/range.ts'
import { resolveCollector } from '../../stack/runtime/embedded/components.ts'
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from './benchmark.ts'
import { cpuOf } from './load/cpu-of.ts'
import { generatorsOf } from './load/generators.ts'
import { startIdleCollector } from './load/idle-collector.ts'
import { telemetrygen } from './load/telemetrygen.ts'

export const load: Benchmark = { name: 'load', usual: false, usualRuns: 5, run }

/** How many times as many records as telemetrygen, at its own batch size and at the best one that we found for it. */
const LIMITS = { telemetrygen: 8, 'telemetrygen-large-batches': 4 } as const
const OURS = 'ours-http'

interface Found {
  readonly name: string
  readonly records: number
  readonly recordsPerCpuSecond: Range
  readonly recordsPerSecond: Range
}

async function run({ runs, progress }: BenchmarkOptions): Promise<BenchmarkResult> {
  const loadAverage1m = [loadavg()[0] ?? 0]
  const generators = generatorsOf(await telemetrygen(progress))
  const { path } = await resolveCollector(stackDirectory, progress)
  await using collector = await startIdleCollector(path)
  const costs = new Map(generators.map(({ name }) => [name, [] as { perCpuSecond: number; perSecond: number }[]]))
  for (let round = 0; round < runs; round += 1)
    for (const [index, generator] of generators.entries()) {
      stopSignal.throwIfAborted()
      progress(`load: round ${round + 1} of ${runs}, ${index + 1} of ${generators.length}: ${generator.name}`)
      const { cpuSeconds, seconds } = await cpuOf(generator.command(collector.ports))
      costs
        .get(generator.name)
        ?.push({ perCpuSecond: generator.records / cpuSeconds, perSecond: generator.records / seconds })
    }
  loadAverage1m.push(loadavg()[0] ?? 0)
  const found = generators.map(({ name, records }): Found => {
    const all = costs.get(name) ?? []
    return {
      name,
      records,
      recordsPerCpuSecond: whole(all.map(({ perCpuSecond }) => perCpuSecond)),
      recordsPerSecond: whole(all.map(({ perSecond }) => perSecond)),
    }
  })
  return resultOf(found, runs, loadAverage1m)
}

function whole(values: readonly number[]): Range {
  const { min, median, max } = rangeOf(values) ?? { min: 0, median: 0, max: 0 }
  return { min: Math.round(min), median: Math.round(median), max: Math.round(max) }
}

function resultOf(found: readonly Found[], runs: number, loadAverage1m: readonly number[]): BenchmarkResult {
  const median = (wanted: string) => found.find(({ name }) => name === wanted)?.recordsPerCpuSecond.median ?? 0
  const ratios = Object.entries(LIMITS).map(([other, atLeast]) => {
    const times = Math.round((median(OURS) / median(other)) * 100) / 100
    return { name: `${OURS} to ${other}`, times, atLeast, withinLimit: times >= atLeast }
  })
  const averages = loadAverage1m.map((average) => average.toFixed(1)).join(' before, ')
  return {
    withinLimit: ratios.every(({ withinLimit }) => withinLimit),
    lines: [
      `load: records of fifteen attributes or more, ${runs} rounds, ${availableParallelism()} cores, load average ${averages} after`,
      ...found.map(
        ({ name, records, recordsPerCpuSecond: { min, median: middle, max }, recordsPerSecond }) =>
          `     ${name}: ${middle} records for a second of CPU (${min} to ${max}), ${recordsPerSecond.median} a second, ${records} records a run`,
      ),
      ...ratios.map(
        ({ name, times, atLeast, withinLimit }) =>
          `${withinLimit ? 'ok  ' : 'OVER'} ${name}: ${times} times, at least ${atLeast} are wanted`,
      ),
    ],
    json: {
      name: 'load',
      what: 'log records for a second of CPU time (user and system, the whole process)',
      runs,
      machine: {
        cpuCores: availableParallelism(),
        loadAverage1mBefore: loadAverage1m[0],
        loadAverage1mAfter: loadAverage1m[1],
      },
      generators: found,
      ratios,
      withinLimit: ratios.every(({ withinLimit }) => withinLimit),
    },
  }
}
