// A sample of a soak: how the load and what carries it stand at one moment. Samples are its time series, in memory and in the run's files.
import { z } from 'zod'

/** Whose CPU and memory are watched; the harness is this process with its sending threads. */
export const soakComponents = ['harness', 'relay', 'otel-collector', 'clickhouse'] as const
export type SoakComponent = (typeof soakComponents)[number]

const count = z.number().min(0)

const componentSchema = z.strictObject({
  /** 1 = one core fully used, since the sample before. */
  cpuCores: count,
  /** Resident. */
  memoryBytes: count,
  /** Tells one start of it from another. */
  instance: z.string(),
})

export const soakSampleSchema = z.strictObject({
  /** Milliseconds of sending since the soak began; a resumed soak goes on where it ended. */
  atMs: count,
  /** Which start of the soak it belongs to, from 0. */
  part: z.int().min(0),
  /** Events a second that were sent since the sample before. */
  rate: count,
  /** Events so far. */
  sent: count,
  /** Events of this start of the soak. */
  acknowledged: count,
  /** Events that were acknowledged and wait: parked by the relay, or in the collector's queue. Null while nobody tells. */
  backlog: count.nullable(),
  /** 99 % of requests since the sample before were sent at most so late, milliseconds. */
  latenessMs: count,
  /** Events that were sent and are not answered. */
  inFlight: count,
  diskFreeBytes: count,
  /** Of the telemetry tables. */
  diskUsedBytes: count.nullable(),
  /** Active parts of the telemetry tables, and of that partition which has the most. */
  parts: count.nullable(),
  mostParts: count.nullable(),
  /** Null where it does not run. */
  components: z.strictObject({
    harness: componentSchema.nullable(),
    relay: componentSchema.nullable(),
    'otel-collector': componentSchema.nullable(),
    clickhouse: componentSchema.nullable(),
  } satisfies Record<SoakComponent, unknown>),
})

export type SoakSample = Readonly<z.infer<typeof soakSampleSchema>>
export type ComponentSample = Readonly<z.infer<typeof componentSchema>>

/** Two neighbours as one: the later's state, and the worse of what is a peak, so that none is hidden. */
export function mergeSamples(one: SoakSample, next: SoakSample): SoakSample {
  const highest = <K extends 'backlog' | 'parts' | 'mostParts' | 'diskUsedBytes'>(key: K) =>
    one[key] === null ? next[key] : next[key] === null ? one[key] : Math.max(one[key], next[key])
  const component = (name: SoakComponent): ComponentSample | null => {
    const [before, after] = [one.components[name], next.components[name]]
    // A gap stays to be seen.
    if (before === null || after === null) return null
    return {
      ...after,
      cpuCores: Math.max(before.cpuCores, after.cpuCores),
      memoryBytes: Math.max(before.memoryBytes, after.memoryBytes),
    }
  }
  return {
    ...next,
    rate: (one.rate + next.rate) / 2,
    backlog: highest('backlog'),
    latenessMs: Math.max(one.latenessMs, next.latenessMs),
    inFlight: Math.max(one.inFlight, next.inFlight),
    diskFreeBytes: Math.min(one.diskFreeBytes, next.diskFreeBytes),
    diskUsedBytes: highest('diskUsedBytes'),
    parts: highest('parts'),
    mostParts: highest('mostParts'),
    components: {
      harness: component('harness'),
      relay: component('relay'),
      'otel-collector': component('otel-collector'),
      clickhouse: component('clickhouse'),
    },
  }
}
