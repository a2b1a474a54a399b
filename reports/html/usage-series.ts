// Resource use by service: the series to plot, and the table of it for people without scripts.
import { type Range, rangeOf } from '../../core/range.ts'
import type { RunResult, ServiceLimit, UsageSample } from '../../harness/judge/run-result.ts'

const maxPoints = 600

export interface ServiceUsage {
  readonly service: string
  readonly limit: ServiceLimit | undefined
  readonly cpuCores: Range | undefined
  readonly memoryBytes: Range | undefined
  /** Seconds since the run began; null in a series means that nothing was measured there, so the line has a gap. */
  readonly series: {
    readonly atS: readonly number[]
    readonly cpuCores: readonly (number | null)[]
    readonly memoryBytes: readonly (number | null)[]
  }
}

/** Every service that was measured or has a limit, by name. */
export function usageByService({
  samples,
  limits,
}: Pick<RunResult['usage'], 'samples' | 'limits'>): readonly ServiceUsage[] {
  const bySample = Map.groupBy(samples, ({ service }) => service)
  const names = new Set([...bySample.keys(), ...limits.map(({ service }) => service)])
  return [...names].toSorted().map((service) => {
    const own = (bySample.get(service) ?? []).toSorted((a, b) => a.atMs - b.atMs)
    return {
      service,
      limit: limits.find((limit) => limit.service === service),
      cpuCores: rangeOf(own.map(({ cpuCores }) => cpuCores)),
      memoryBytes: rangeOf(own.map(({ memoryBytes }) => memoryBytes)),
      series: withGaps(thin(own)),
    }
  })
}

/** At most `maxPoints` samples; of those that fall together the highest values stay, so that no peak is hidden. */
function thin(samples: readonly UsageSample[]): readonly UsageSample[] {
  if (samples.length <= maxPoints) return samples
  const size = Math.ceil(samples.length / maxPoints)
  const buckets = Map.groupBy(samples.entries(), ([index]) => Math.floor(index / size))
  return [...buckets.values()].flatMap((bucket) => {
    const [first] = bucket
    if (first === undefined) return []
    const highest = (read: (sample: UsageSample) => number) => Math.max(...bucket.map(([, sample]) => read(sample)))
    return [
      {
        ...first[1],
        cpuCores: highest((sample) => sample.cpuCores),
        memoryBytes: highest((sample) => sample.memoryBytes),
      },
    ]
  })
}

/** A pause of more than four usual intervals is a gap: the service was down, or nobody measured. */
function withGaps(samples: readonly UsageSample[]): ServiceUsage['series'] {
  const usual = rangeOf(samples.slice(1).map((sample, index) => sample.atMs - (samples[index]?.atMs ?? 0)))?.median ?? 0
  const atS: number[] = []
  const cpuCores: (number | null)[] = []
  const memoryBytes: (number | null)[] = []
  const add = (ms: number, cpu: number | null, memory: number | null) => {
    atS.push(ms / 1000)
    cpuCores.push(cpu)
    memoryBytes.push(memory)
  }
  for (const [index, sample] of samples.entries()) {
    const before = samples[index - 1]
    if (before !== undefined && usual > 0 && sample.atMs - before.atMs > 4 * usual) add(before.atMs + usual, null, null)
    add(sample.atMs, sample.cpuCores, sample.memoryBytes)
  }
  return { atS, cpuCores, memoryBytes }
}
