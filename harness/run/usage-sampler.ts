// Samples CPU and memory of a stack's services at even distances, for the report's plot.
import { monotonicMs, sleep } from '../../core/clock.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import type { UsageSample } from '../judge/run-result.ts'

const INTERVAL_MS = 500
const SERVICES = ['clickhouse', 'otel-collector'] as const

export class UsageSampler implements AsyncDisposable {
  readonly samples: UsageSample[] = []
  readonly #abort = new AbortController()
  readonly #done: Promise<void>

  /** @param originMs monotonic time that samples are counted from */
  constructor(stack: Stack, originMs: number) {
    this.#done = this.#run(stack, originMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort()
    await this.#done
  }

  async #run(stack: Stack, originMs: number): Promise<void> {
    while (!this.#abort.signal.aborted) {
      for (const service of SERVICES) {
        const usage = await stack.service(service).usage()
        if (usage) this.samples.push({ atMs: Math.round(monotonicMs() - originMs), service, ...usage })
      }
      await sleep(INTERVAL_MS, this.#abort.signal).catch(() => {})
    }
  }
}
