// The samples of a soak as a report shows them: one series a figure, and the use of each component.
import type { TimeSeries, UsageSample } from '../run-result.ts'
import { type SoakSample, soakComponents } from './sample.ts'

const LATE_MS = 100

const figures: readonly (Omit<TimeSeries, 'points'> & { readonly of: (sample: SoakSample) => number | null })[] = [
  { name: 'Rate', unit: 'events/s', limit: null, of: ({ rate }) => rate },
  { name: 'Backlog', unit: 'events', limit: null, of: ({ backlog }) => backlog },
  { name: 'Lateness, 99 %', unit: 'ms', limit: LATE_MS, of: ({ latenessMs }) => latenessMs },
  { name: 'In flight', unit: 'events', limit: null, of: ({ inFlight }) => inFlight },
  { name: 'Disk free', unit: 'bytes', limit: null, of: ({ diskFreeBytes }) => diskFreeBytes },
  { name: 'Disk of the tables', unit: 'bytes', limit: null, of: ({ diskUsedBytes }) => diskUsedBytes },
  { name: 'Parts in ClickHouse', unit: 'parts', limit: null, of: ({ parts }) => parts },
]

/** Empty where there is no sample. */
export function seriesOf(samples: readonly SoakSample[]): TimeSeries[] {
  if (samples.length === 0) return []
  return figures.map(({ of, ...figure }) => ({
    ...figure,
    points: samples.map((sample) => ({ atMs: Math.round(sample.atMs), value: of(sample) })),
  }))
}

/** In the order of time; a component that was away has no sample then. */
export function usageOf(samples: readonly SoakSample[]): UsageSample[] {
  return samples.flatMap(({ atMs, components }) =>
    soakComponents.flatMap((service) => {
      const use = components[service]
      if (use === null) return []
      const { cpuCores, memoryBytes } = use
      return [{ atMs: Math.round(atMs), service, cpuCores, memoryBytes }]
    }),
  )
}
