// npm run soak without its terminal: a run's directory, one soak in it, and its result as that of a verification.
import { resolve } from 'node:path'
import { atExit, stopSignal } from '../../core/cleanup.ts'
import { isoTime, monotonicMs, nowMs } from '../../core/clock.ts'
import { stackDirectory } from '../../core/paths.ts'
import { readPreset } from '../../generators/team/preset.ts'
import { diagnose } from '../../stack/doctor/diagnose.ts'
import { chooseRuntime } from '../../stack/runtime/auto/choose.ts'
import { askerOf } from '../../stack/runtime/docker-cli.ts'
import { removeProject } from '../../stack/runtime/remove-project.ts'
import { faultKinds } from '../faults/registry.ts'
import type { ScenarioResult } from '../judge/model/verdict.ts'
import { worstVerdict } from '../judge/model/verdict.ts'
import { requirementsOf } from '../judge/requirements.ts'
import type { RunResult } from '../judge/run-result.ts'
import type { SoakSample } from '../judge/soak/sample.ts'
import { SoakSeries } from '../judge/soak/series.ts'
import { seriesOf, usageOf } from '../judge/soak/time-series.ts'
import { makeRunDirectory, type RunDirectory } from '../run/run-directory.ts'
import { type RunnerOutcome, runScenarios } from '../run/runner.ts'
import { suite } from '../scenario.ts'
import { conductSoak } from './conduct.ts'
import { SoakFiles, type SoakState } from './files.ts'
import { flagsOf, requireSame, type SoakOptions, type SoakPlan } from './options.ts'

/** Sending as fast as it is answered, to find the saturation. */
const SATURATION_MS = 10_000

export interface SoakWatcher {
  progress(message: string): void
  /** Which runtime was taken, and why. */
  runtime(kind: string, reason: string): void
  sampled(sample: SoakSample, rate: number, plan: SoakPlan): void
  /** A signal has ended it: what it is called, and how long it has sent. */
  interrupted(run: string, sentMs: number): void
}

export interface SoakOutcome {
  readonly run: RunDirectory
  readonly result: RunResult
}

interface Begun {
  readonly run: RunDirectory
  readonly files: SoakFiles
  readonly plan: SoakPlan
  readonly clockMs: number
  /** Of a soak that goes on. */
  readonly state?: SoakState
}

/** @throws UsageError for a preset that there is not, a run that cannot go on, or flags that are not its own */
export async function soakCommand(options: SoakOptions, watcher: SoakWatcher): Promise<SoakOutcome> {
  const startMs = nowMs()
  const originMs = monotonicMs()
  const { run, files, plan, clockMs, state: found } = await begun(options, startMs)
  await using _lock = await files.lock()
  // Whoever had it until now may have brought it further, or to its end.
  const state = found && (await files.read())
  const preset = await readPreset(plan.preset)
  // At whatever point a signal ends it; what it started has been stopped by then. Not with its scope, which the signal leaves sooner.
  atExit(async () => {
    const left = stopSignal.aborted ? await files.read().catch(() => undefined) : undefined
    if (left !== undefined) watcher.interrupted(run.path, left.sentMs)
  })
  watcher.progress('looking at this machine')
  const { platform, findings } = await diagnose(stackDirectory)
  const runtime = await chooseRuntime(plan.runtime, stackDirectory)
  watcher.runtime(runtime.kind, runtime.reason)
  const series = new SoakSeries()
  for await (const sample of files.samples()) series.add(sample)
  let facts: Pick<RunnerOutcome, 'components' | 'limits'> = { components: [], limits: [] }
  const outcome = await runScenarios({
    scenarios: suite('soak', [
      {
        name: 'run',
        title: `stores every event exactly once, for as long as it sends (${flagsOf(plan)})`,
        requirements: ['R12', 'R17'],
        run: (context) =>
          conductSoak(context, {
            ...{ plan, preset, series, files },
            saturationMs: SATURATION_MS,
            endMs: originMs + options.withinMs,
            ...(state && { state }),
            started: ({ components, limits }) => {
              facts = { components, limits }
            },
            sampled: (sample, rate) => watcher.sampled(sample, rate, plan),
          }),
      },
    ]),
    seed: plan.seed,
    profile: 'full',
    startMs: clockMs,
    stackDirectory,
    runtime: runtime.kind,
    startStack: runtime.start,
    runDirectory: run.path,
    onProgress: (_, message) => watcher.progress(message),
  })
  const results = outcome.results.map((result) => ({ ...result, replay: `npm run soak -- ${flagsOf(plan)}` }))
  await forget(files, plan)
  const head = { startMs: state === undefined ? startMs : clockMs, clockMs, originMs }
  return {
    run,
    result: resultOf(run, plan, head, {
      outcome: { ...outcome, ...facts },
      results,
      series,
      platform,
      findings,
      runtime,
    }),
  }
}

async function begun({ plan, resume, out, said, given }: SoakOptions, startMs: number): Promise<Begun> {
  if (resume !== undefined) {
    const path = resolve(resume)
    const files = new SoakFiles(path)
    const state = await files.read()
    requireSame(state.plan, { said, given }, resume)
    return { run: { runId: files.runId, path }, files, plan: state.plan, clockMs: state.clockMs, state }
  }
  if (plan === undefined) throw new Error('a soak needs a plan')
  // Before anything is written.
  await readPreset(plan.preset)
  const run = await makeRunDirectory(resolve(out), startMs, plan.seed)
  const files = new SoakFiles(run.path)
  await files.checkpoint({
    ...{ format: 1, status: 'begun', plan, clockMs: startMs, rate: null, saturation: null, parts: [] },
    ...{ sentMs: 0, unsettled: 0 },
  })
  return { run, files, plan, clockMs: startMs }
}

/** What a whole soak kept to go on with. */
async function forget(files: SoakFiles, { runtime }: SoakPlan): Promise<void> {
  if (!(await files.isWhole())) return
  await files.removeData()
  if (runtime !== 'embedded') await removeProject(files.projectName, { ask: askerOf(runtime) })
}

interface Parts {
  readonly outcome: RunnerOutcome
  readonly results: readonly ScenarioResult[]
  readonly series: SoakSeries
  readonly platform: RunResult['platform']
  readonly findings: RunResult['doctor']
  readonly runtime: { readonly kind: RunResult['runtime']['kind']; readonly reason: string }
}

function resultOf(
  run: RunDirectory,
  plan: SoakPlan,
  { startMs, clockMs, originMs }: { readonly startMs: number; readonly clockMs: number; readonly originMs: number },
  { outcome, results, series, platform, findings, runtime }: Parts,
): RunResult {
  return {
    schemaVersion: 7,
    runId: run.runId,
    seed: plan.seed,
    profile: 'full',
    startedAt: isoTime(startMs),
    clock: isoTime(clockMs),
    durationMs: Math.round(monotonicMs() - originMs),
    verdict: worstVerdict(results.map(({ verdict }) => verdict)),
    platform,
    runtime: { kind: runtime.kind, reason: runtime.reason, components: outcome.components },
    doctor: findings,
    scenarios: results,
    faultKinds: faultKinds.map(({ kind, stages }) => ({ kind, stages: [...stages] })),
    requirements: requirementsOf(results, runtime.kind),
    usage: { samples: usageOf(series.samples), limits: outcome.limits, storage: outcome.storage },
    series: seriesOf(series.samples),
  }
}
