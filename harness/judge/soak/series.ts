// The time series of a soak in memory that does not grow with it: where it is full, neighbours become one.
import { mergeSamples, type SoakSample } from './sample.ts'

/** Enough for a plot, and for a growth of a tenth to be seen. */
const MOST_SAMPLES = 1_200

export class SoakSeries {
  readonly #most: number
  #samples: SoakSample[] = []
  /** So many samples become one; a power of two. */
  #stride = 1
  #pending: SoakSample | undefined
  #pendingCount = 0

  /** @param most samples that are held: even, at least 2 */
  constructor(most = MOST_SAMPLES) {
    this.#most = most
  }

  add(sample: SoakSample): void {
    // What belongs to two starts of the soak is never one.
    if (this.#pending !== undefined && this.#pending.part !== sample.part) this.#flush()
    this.#pending = this.#pending === undefined ? sample : mergeSamples(this.#pending, sample)
    this.#pendingCount += 1
    if (this.#pendingCount >= this.#stride) this.#flush()
  }

  /** In the order of time. */
  get samples(): readonly SoakSample[] {
    return this.#pending === undefined ? this.#samples : [...this.#samples, this.#pending]
  }

  #flush(): void {
    if (this.#pending !== undefined) this.#samples.push(this.#pending)
    this.#pending = undefined
    this.#pendingCount = 0
    if (this.#samples.length < this.#most) return
    this.#samples = inPairs(this.#samples)
    this.#stride *= 2
  }
}

/** Each two neighbours of one part as one; the last of an odd part stays alone. */
function inPairs(samples: readonly SoakSample[]): SoakSample[] {
  const pairs: SoakSample[] = []
  for (let index = 0; index < samples.length; ) {
    const [one, next] = [samples[index], samples[index + 1]]
    if (one === undefined) break
    const isPair = next !== undefined && next.part === one.part
    pairs.push(isPair ? mergeSamples(one, next) : one)
    index += isPair ? 2 : 1
  }
  return pairs
}
