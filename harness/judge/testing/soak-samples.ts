// Samples of a soak for tests: a quiet one, changed where a test wants it.
import type { ComponentSample, SoakSample } from '../soak/sample.ts'

const GIB = 1024 ** 3

export const component = (memoryBytes = 100_000_000, instance = 'process 1'): ComponentSample => ({
  cpuCores: 0.1,
  memoryBytes,
  instance,
})

/** @param atS seconds since the soak began */
export function sampleAt(atS: number, changed: Partial<SoakSample> = {}): SoakSample {
  return {
    atMs: atS * 1000,
    part: 0,
    rate: 1000,
    sent: atS * 1000,
    acknowledged: atS * 1000,
    backlog: 0,
    latenessMs: 1,
    inFlight: 0,
    diskFreeBytes: 60 * GIB,
    diskUsedBytes: 1_000_000,
    parts: 10,
    mostParts: 5,
    components: {
      harness: component(),
      relay: component(),
      'otel-collector': component(),
      clickhouse: component(),
    },
    ...changed,
  }
}

/** One a second. */
export function samplesFor(seconds: number, changed: (atS: number) => Partial<SoakSample> = () => ({})): SoakSample[] {
  return Array.from({ length: seconds + 1 }, (_, atS) => sampleAt(atS, changed(atS)))
}

/** The components of a sample, one of them with this memory. */
export function withMemory(
  name: 'harness' | 'relay',
  memoryBytes: number,
  instance?: string,
): SoakSample['components'] {
  return { ...sampleAt(0).components, [name]: component(memoryBytes, instance) }
}
