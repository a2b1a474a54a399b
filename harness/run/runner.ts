// Runs scenarios one after the other against one stack, and turns each outcome into a result.
import { stopSignal } from '../../core/cleanup.ts'
import { monotonicMs } from '../../core/clock.ts'
import { ExitCode, messageOf, UserError } from '../../core/errors.ts'
import { forkSeed } from '../../core/random.ts'
import type { Component, RuntimeKind, ServiceLimit } from '../../stack/runtime/runtime.ts'
import { judge } from '../judge/judge.ts'
import type { HistoryPage } from '../judge/model/evidence.ts'
import type { Profile } from '../judge/model/profile.ts'
import { emptyTally } from '../judge/model/tally.ts'
import type { ScenarioResult } from '../judge/model/verdict.ts'
import type { StorageUse, UsageSample } from '../judge/run-result.ts'
import { type Context, noTamper, type Outcome, type Scenario, type Tamper } from '../scenario.ts'
import { writeHistory } from './history.ts'
import { baseOptions, faultyOverrides, SharedStack, SpareStack, type StackSource } from './stacks.ts'

const DAY_MS = 86_400_000

export interface RunnerOptions extends StackSource {
  readonly scenarios: readonly Scenario[]
  readonly profile: Profile
  /** The run's clock, milliseconds since the epoch. */
  readonly startMs: number
  readonly runtime: RuntimeKind
  /** Flags that a replay needs besides, each with a space before it. */
  readonly replayFlags?: string
  /** Evidence is kept below it; without it nothing is written. */
  readonly runDirectory?: string
  readonly tamper?: Tamper
  /** What a person sees: the scenario under way and what it does. */
  readonly onProgress?: (scenario: Scenario | undefined, message: string) => void
  /** What a scenario was judged by, before its result is told. */
  readonly onEvidence?: (page: HistoryPage) => void
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
        ? resultOf(scenario, options, { verdict: 'skipped', reason: 'the stack did not start' })
        : await runOne(scenario, { shared, spare, faulty }, options)
      results.push(result)
      options.onResult?.(result)
    }
    return { results, ...(await shared.facts()) }
  } finally {
    await shared[Symbol.asyncDispose]()
  }
}

interface Stacks {
  readonly shared: SharedStack
  readonly spare: SpareStack
  readonly faulty: SpareStack
}

async function runOne(scenario: Scenario, stacks: Stacks, options: RunnerOptions): Promise<ScenarioResult> {
  const startMs = monotonicMs()
  await using own = new AsyncDisposableStack()
  const result = (part: ResultPart) =>
    resultOf(scenario, options, { durationMs: Math.round(monotonicMs() - startMs), ...part })
  let outcome: Outcome
  try {
    outcome = await scenario.run(contextOf(scenario, stacks, own, options))
  } catch (error) {
    stopSignal.throwIfAborted()
    // What is wrong with the stack is a failure; what is wrong with the machine or the harness keeps it from being judged.
    const verdict = error instanceof UserError && error.exitCode === ExitCode.fail ? 'fail' : 'unknown'
    return result({ verdict, reason: `could not be carried out: ${messageOf(error)}` })
  }
  if ('skipped' in outcome) return result({ verdict: 'skipped', reason: outcome.skipped })
  const { evidence } = outcome
  const page = { id: scenario.id, evidence }
  if (options.runDirectory !== undefined) await writeHistory(options.runDirectory, page)
  options.onEvidence?.(page)
  const { verdict, findings, tally } = judge(evidence)
  const bad = findings.filter((finding) => finding.verdict !== 'pass')
  return result({
    verdict,
    tally,
    findings,
    measurements: evidence.measurements ?? [],
    faults: evidence.faults ?? [],
    sideBySide: evidence.sideBySide ?? [],
    examples: bad.flatMap(({ examples }) => examples).slice(0, 10),
    reason: bad.map(({ oracle, message }) => `${oracle}: ${message}`).join('; '),
  })
}

/** @param own stacks that end with the scenario */
function contextOf(scenario: Scenario, stacks: Stacks, own: AsyncDisposableStack, options: RunnerOptions): Context {
  const progress = (message: string) => options.onProgress?.(scenario, message)
  return {
    seed: forkSeed(options.seed, scenario.id),
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
    ownStack: async ({ variables, ...overrides } = {}) => {
      const base = baseOptions(options)
      return own.use(
        await options.startStack({ ...base, ...overrides, variables: { ...base.variables, ...variables }, progress }),
      )
    },
  }
}

type ResultPart = Partial<ScenarioResult> & Pick<ScenarioResult, 'verdict' | 'reason'>

/** A scenario's result, however it ended. */
function resultOf(scenario: Scenario, options: RunnerOptions, part: ResultPart): ScenarioResult {
  return {
    id: scenario.id,
    suite: scenario.suite,
    title: scenario.title,
    requirements: scenario.requirements,
    seed: options.seed,
    durationMs: 0,
    tally: emptyTally,
    findings: [],
    measurements: [],
    examples: [],
    faults: [],
    sideBySide: [],
    replay: `npm run verify:platform -- --only ${scenario.id} --seed ${options.seed} --profile ${options.profile}${options.replayFlags ?? ''}`,
    ...part,
  }
}
