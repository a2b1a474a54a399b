// The stacks of a run: one that scenarios share, spare ones for those that break services, each started when first asked for.
import { forkSeed } from '../../core/random.ts'
import { pipelineAccepts } from '../../stack/runtime/probe.ts'
import type { Component, ServiceLimit, Stack, StackOptions, StartStack } from '../../stack/runtime/runtime.ts'
import type { StorageUse, UsageSample } from '../judge/run-result.ts'
import { UsageSampler } from './usage-sampler.ts'

/** What every stack of a run is made from. */
export interface StackSource {
  readonly seed: number
  readonly stackDirectory: string
  /** Starts a stack on the run's runtime. */
  readonly startStack: StartStack
  readonly variables?: Readonly<Record<string, string>>
}

export function baseOptions(options: StackSource): StackOptions {
  return {
    stackDirectory: options.stackDirectory,
    ports: 'free',
    variables: {
      // The same seed must store the same: the salt of identities is the seed's too.
      TELEMETRY_HASH_SALT: forkSeed(options.seed, 'hash salt').toString(16),
      // A scenario sends little and waits until it is stored.
      TELEMETRY_BATCH_WAIT: '200ms',
      ...options.variables,
    },
  }
}

/** What is broken for a second should not wait for five: the collector tries ClickHouse again quickly. */
export const faultyOverrides = {
  faults: true,
  variables: { TELEMETRY_RETRY_INITIAL: '50ms', TELEMETRY_RETRY_MAX: '400ms' },
} as const satisfies Partial<StackOptions>

/** The stack of scenarios that break services: one after the other uses it, as long as all of it runs. */
export class SpareStack implements AsyncDisposable {
  readonly #options: StackSource
  readonly #overrides: Partial<StackOptions>
  #stack: Stack | undefined

  constructor(options: StackSource, overrides: Partial<StackOptions> = {}) {
    this.#options = options
    this.#overrides = overrides
  }

  async get(progress: (message: string) => void): Promise<Stack> {
    if (this.#stack && (await isHealthy(this.#stack))) return this.#stack
    await this[Symbol.asyncDispose]()
    const base = baseOptions(this.#options)
    const variables = { ...base.variables, ...this.#overrides.variables }
    this.#stack = await this.#options.startStack({ ...base, ...this.#overrides, variables, progress })
    return this.#stack
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack?.[Symbol.asyncDispose]()
    this.#stack = undefined
  }
}

async function isHealthy(stack: Stack): Promise<boolean> {
  const { clickhouseHttp, otlpHttp } = stack.endpoints
  const answers = (await fetch(`${clickhouseHttp}/ping`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined))
    ?.ok
  return answers === true && (await pipelineAccepts(otlpHttp).catch(() => false))
}

/** The stack that scenarios share: started at the first use, sampled while it runs. */
export class SharedStack implements AsyncDisposable {
  readonly #options: StackSource
  readonly #originMs: number
  #stack: Stack | undefined
  #sampler: UsageSampler | undefined
  #failure: unknown

  constructor(options: StackSource, originMs: number) {
    this.#options = options
    this.#originMs = originMs
  }

  /** Whether it was tried and did not come up. */
  get failed(): boolean {
    return this.#failure !== undefined
  }

  async get(progress: (message: string) => void): Promise<Stack> {
    // A stack that does not come up does not come up for the next scenario either.
    if (this.#failure !== undefined) throw this.#failure
    if (!this.#stack) {
      try {
        this.#stack = await this.#options.startStack({ ...baseOptions(this.#options), progress })
      } catch (error) {
        this.#failure = error
        throw error
      }
      this.#sampler = new UsageSampler(this.#stack, this.#originMs)
    }
    return this.#stack
  }

  async facts(): Promise<{
    components: readonly Component[]
    limits: readonly ServiceLimit[]
    samples: readonly UsageSample[]
    storage: readonly StorageUse[]
  }> {
    await this.#sampler?.[Symbol.asyncDispose]()
    return {
      components: this.#stack?.components ?? [],
      limits: this.#stack?.limits ?? [],
      samples: this.#sampler?.samples ?? [],
      storage: (await this.#stack?.containers?.storage().catch(() => [])) ?? [],
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sampler?.[Symbol.asyncDispose]()
    await this.#stack?.[Symbol.asyncDispose]()
  }
}
