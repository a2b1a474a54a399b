// What a sanitizer is measured against, all from one seed.
import { makeCanaries } from '../../generators/canaries/make.ts'
import type { Canary } from '../../generators/canaries/model/canary.ts'
import { makeNegatives } from '../../generators/canaries/negatives/make.ts'
import type { Negative } from '../../generators/canaries/negatives/negative.ts'
import { sampleLines } from '../../generators/canaries/negatives/real-lines.ts'
import { sourceRoots } from '../../generators/canaries/negatives/source-roots.ts'
import { gitleaksSamples } from './samples/gitleaks-samples.ts'
import { presidioSamples } from './samples/presidio-samples.ts'
import type { Sample } from './samples/sample.ts'

export interface Material {
  readonly samples: readonly Sample[]
  readonly canaries: readonly Canary[]
  /** In encodings that the policy does not promise to see through. */
  readonly unpromised: readonly Canary[]
  readonly negatives: readonly Negative[]
}

export interface Counts {
  readonly canaries: number
  readonly negatives: number
  /** Of real source code. */
  readonly lines: number
}

/** @throws MachineError where the samples cannot be had on this machine */
export async function materialOf(seed: number, counts: Counts, progress: (message: string) => void): Promise<Material> {
  const samples = [...(await gitleaksSamples(seed, progress)), ...(await presidioSamples(seed, progress))]
  const real = await sampleLines(seed, counts.lines, sourceRoots())
  return {
    samples,
    canaries: [...makeCanaries({ seed, count: counts.canaries })],
    unpromised: [...makeCanaries({ seed, count: Math.ceil(counts.canaries / 4), unpromised: true })],
    negatives: [...makeNegatives({ seed, count: counts.negatives }), ...real.lines],
  }
}
