// Runs scenarios one after the other against one stack, and turns each outcome into a result.
import { stopSignal } from '../../core/cleanup.ts'
import { monotonicMs } from '../../core/clock.ts'
import { ExitCode, messageOf, UserError } from '../../core/errors.ts'
import { forkSeed } from '../../core/random.ts'
import { pipelineAccepts } from '../../stack/runtime/probe.ts'
import type {
  Component,
  RuntimeKind,
  ServiceLimit,
  Stack,
  StackOptions,
  StartStack,
} from '../../stack/runtime/runtime.ts'
import { judge } from '../judge/judge.ts'
import { emptyTally, type ScenarioResult } from '../judge/model/verdict.ts'
import type { StorageUse, UsageSample } from '../judge/run-result.ts'
import { type Context, noTamper, type Outcome, type Profile, type Scenario, type Tamper } from '../scenario.ts'
import { writeHistory } from './history.ts'
import { UsageSampler } from './usage-sampler.ts'

const DAY_MS = 86_400_000

export interface RunnerOptions {
  readonly scenarios: readonly Scenario[]
  readonly seed: number
  readonly profile: Profile
  /** The run's clock, milliseconds since the epoch. */
  readonly startMs: number
  readonly stackDirectory: string
  readonly runtime: RuntimeKind
  /** Starts a stack on the run's runtime. */
  readonly startStack: StartStack
  readonly variables?: Readonly<Record<string, string>>
  /** Flags that a replay needs besides, each with a space before it. */
  readonly replayFlags?: string
  /** Evidence is kept below it; without it nothing is written. */
  readonly runDirectory?: string
  readonly tamper?: Tamper
  /** What a person sees: the scenario under way and what it does. */
  readonly onProgress?: (scenario: Scenario | undefined, message: string) => void
  readonly onResult?: (result: ScenarioResult) => void
}

export interface RunnerOutcome {
  readonly results: readonly ScenarioResult[]
  readonly components: readonly Component[]
  readonly limits: readonly ServiceLimit[]
  readonly samples: readonly UsageSample[]
  readonly storage: readonly StorageUse[]
}

/** Runs them all. A scenario that cannot be carried out is `unknown`; only the person's stop ends the run early. */
export async function runScenarios(options: RunnerOptions): Promise<RunnerOutcome> {
  const originMs = monotonicMs()
  const shared = new SharedStack(options, originMs)
  await using spare = new SpareStack(options)
  await using faulty = new SpareStack(options, faultyOverrides)
  const results: ScenarioResult[] = []
  try {
    for (const scenario of options.scenarios) {
      stopSignal.throwIfAborted()
      const result = shared.failed
        ? skipped(scenario, options)
        : await runOne(scenario, { shared, spare, faulty }, options)
      results.push(result)
      options.onResult?.(result)
    }
    return { results, ...(await shared.facts()) }
  } finally {
    await shared[Symbol.asyncDispose]()
  }
}

/** Everything else after the stack did not come up: the first failure says why, once. */
function skipped(scenario: Scenario, options: RunnerOptions): ScenarioResult {
  return {
    ...common(scenario, options),
    verdict: 'skipped',
    durationMs: 0,
    tally: emptyTally,
    findings: [],
    examples: [],
    faults: [],
    sideBySide: [],
    reason: 'the stack did not start',
  }
}

/** What a result tells of its scenario, however it ends. */
function common(scenario: Scenario, options: RunnerOptions) {
  return {
    id: scenario.id,
    suite: scenario.suite,
    title: scenario.title,
    requirements: scenario.requirements,
    seed: options.seed,
    replay: `npm run verify:platform -- --only ${scenario.id} --seed ${options.seed} --profile ${options.profile}${options.replayFlags ?? ''}`,
  }
}

interface Stacks {
  readonly shared: SharedStack
  readonly spare: SpareStack
  readonly faulty: SpareStack
}

async function runOne(scenario: Scenario, stacks: Stacks, options: RunnerOptions): Promise<ScenarioResult> {
  const startMs = monotonicMs()
  const seed = forkSeed(options.seed, scenario.id)
  await using own = new AsyncDisposableStack()
  const progress = (message: string) => options.onProgress?.(scenario, message)
  const context: Context = {
    seed,
    startMs: options.startMs,
    dataStartMs: options.startMs - DAY_MS,
    profile: options.profile,
    runtime: options.runtime,
    stackDirectory: options.stackDirectory,
    tamper: options.tamper ?? noTamper,
    progress,
    stack: () => stacks.shared.get(progress),
    spareStack: () => stacks.spare.get(progress),
    faultyStack: () => stacks.faulty.get(progress),
    ownStack: async (overrides = {}) => {
      const { variables, ...rest } = overrides
      const stack = await options.startStack({
        ...baseOptions(options),
        ...rest,
        variables: { ...baseOptions(options).variables, ...variables },
        progress,
      })
      own.use(stack)
      return stack
    },
  }
  const took = () => Math.round(monotonicMs() - startMs)
  let outcome: Outcome
  try {
    outcome = await scenario.run(context)
  } catch (error) {
    stopSignal.throwIfAborted()
    // What is wrong with the stack is a failure; what is wrong with the machine or the harness keeps it from being judged.
    const verdict = error instanceof UserError && error.exitCode === ExitCode.fail ? 'fail' : 'unknown'
    const reason = `could not be carried out: ${messageOf(error)}`
    return {
      ...common(scenario, options),
      verdict,
      durationMs: took(),
      tally: emptyTally,
      findings: [],
      examples: [],
      faults: [],
      sideBySide: [],
      reason,
    }
  }
  if ('skipped' in outcome) {
    return {
      ...common(scenario, options),
      verdict: 'skipped',
      durationMs: took(),
      tally: emptyTally,
      findings: [],
      examples: [],
      faults: [],
      sideBySide: [],
      reason: outcome.skipped,
    }
  }
  if (options.runDirectory !== undefined)
    await writeHistory(options.runDirectory, { id: scenario.id, evidence: outcome.evidence })
  const { verdict, findings, tally } = judge(outcome.evidence)
  const bad = findings.filter((finding) => finding.verdict !== 'pass')
  return {
    ...common(scenario, options),
    verdict,
    durationMs: took(),
    tally,
    findings,
    faults: outcome.evidence.faults ?? [],
    sideBySide: outcome.evidence.sideBySide ?? [],
    examples: bad.flatMap(({ examples }) => examples).slice(0, 10),
    reason: bad.map(({ oracle, message }) => `${oracle}: ${message}`).join('; '),
  }
}

function baseOptions(options: RunnerOptions): StackOptions {
  return {
    stackDirectory: options.stackDirectory,
    ports: 'free',
    // The same seed must store the same: the salt of identities is the seed's too.
    variables: { TELEMETRY_HASH_SALT: forkSeed(options.seed, 'hash salt').toString(16), ...options.variables },
  }
}

/** What is broken for a second should not wait for five: the collector tries ClickHouse again quickly. */
const faultyOverrides = {
  faults: true,
  variables: { TELEMETRY_RETRY_INITIAL: '50ms', TELEMETRY_RETRY_MAX: '400ms' },
} as const satisfies Partial<StackOptions>

/** The stack of scenarios that break services: one after the other uses it, as long as all of it runs. */
class SpareStack implements AsyncDisposable {
  readonly #options: RunnerOptions
  readonly #overrides: Partial<StackOptions>
  #stack: Stack | undefined

  constructor(options: RunnerOptions, overrides: Partial<StackOptions> = {}) {
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
class SharedStack implements AsyncDisposable {
  readonly #options: RunnerOptions
  readonly #originMs: number
  #stack: Stack | undefined
  #sampler: UsageSampler | undefined
  #failure: unknown

  constructor(options: RunnerOptions, originMs: number) {
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
