// Whether memory grows: the last sixth of a soak beside its second sixth, for each component.
import { type SoakComponent, type SoakSample, soakComponents } from './sample.ts'

/** A shorter soak is still warming up in its second sixth. */
export const GROWTH_FROM_MS = 12 * 60_000
/** Of the memory in the second sixth. */
export const GROWTH_AT_MOST = 1.1
const SIXTHS = 6

export interface Growth {
  readonly component: SoakComponent
  /** Median memory of the last sixth to that of the second; null where one of them has no sample. */
  readonly ratio: number | null
  /** Why the ratio says nothing of a leak; empty where it does. */
  readonly notJudged: string
}

/**
 * Of the last start of the soak: with each, processes are new. The first sixth is warming up and is left out.
 * @param fromMs a soak that went on for less is not judged
 */
export function growthOf(all: readonly SoakSample[], fromMs = GROWTH_FROM_MS): Growth[] {
  const part = all.at(-1)?.part
  const samples = all.filter((sample) => sample.part === part)
  const startMs = samples[0]?.atMs ?? 0
  const lastedMs = (samples.at(-1)?.atMs ?? 0) - startMs
  const sixth = (number: number) =>
    samples.filter(({ atMs }) => {
      const at = ((atMs - startMs) / lastedMs) * SIXTHS
      return at >= number - 1 && at <= number
    })
  const [second, last] = [sixth(2), sixth(SIXTHS)]
  return soakComponents.map((component) => {
    const [before, after] = [second, last].map((window) => medianMemory(window, component))
    const instances = new Set([...second, ...last].map(({ components }) => components[component]?.instance))
    const ratio = before === undefined || after === undefined || before === 0 ? null : after / before
    const notJudged =
      lastedMs < fromMs
        ? `${inMinutes(lastedMs)} is less than ${inMinutes(fromMs)}`
        : instances.size > 1
          ? 'it was started anew meanwhile'
          : ''
    return { component, ratio, notJudged }
  })
}

function medianMemory(samples: readonly SoakSample[], component: SoakComponent): number | undefined {
  const bytes = samples.flatMap(({ components }) => components[component]?.memoryBytes ?? []).toSorted((a, b) => a - b)
  return bytes[Math.floor((bytes.length - 1) / 2)]
}

function inMinutes(ms: number): string {
  return `${Number((ms / 60_000).toFixed(1))} min`
}
