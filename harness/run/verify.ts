// Verifies the platform: the doctor first, then the scenarios, then one result of it all.

import { isoTime, monotonicMs, nowMs } from '../../core/clock.ts'
import { stackDirectory } from '../../core/paths.ts'
import { diagnose } from '../../stack/doctor/diagnose.ts'
import { chooseRuntime } from '../../stack/runtime/auto/choose.ts'
import { faultKinds } from '../faults/registry.ts'
import { type Contents, contentsOf } from '../judge/contents.ts'
import type { ScenarioResult } from '../judge/model/verdict.ts'
import { worstVerdict } from '../judge/model/verdict.ts'
import { requirementsOf } from '../judge/requirements.ts'
import type { DoctorFinding, RunResult } from '../judge/run-result.ts'
import type { Scenario } from '../scenario.ts'
import { readHistory, writeHistory } from './history.ts'
import { compareWithReference, readReferenceRun } from './reference-run.ts'
import { makeRunDirectory, type RunDirectory } from './run-directory.ts'
import { runScenarios } from './runner.ts'
import { selectScenarios, wantedBy } from './select.ts'
import type { VerifyOptions } from './verify-options.ts'

export interface VerifyWatcher {
  progress(message: string): void
  /** What the doctor found worth saying before the run. */
  doctor(findings: readonly DoctorFinding[]): void
  /** Which runtime was taken, and why. */
  runtime(kind: string, reason: string): void
  result(result: ScenarioResult): void
  /** How many scenarios stored the same as in the reference run, of how many. */
  compared(message: string): void
}

export interface VerifyOutcome {
  readonly run: RunDirectory
  readonly result: RunResult
  /** What was stored, as hashes: for comparing platforms. */
  readonly contents: Contents
}

/** @param catalogue every scenario there is */
export async function verify(
  catalogue: readonly Scenario[],
  flags: VerifyOptions,
  watcher: VerifyWatcher,
): Promise<VerifyOutcome> {
  const other = flags.sameAs === undefined ? undefined : await readReferenceRun(flags.sameAs)
  const options = { ...flags, ...other?.options }
  const scenarios = selectScenarios(catalogue, options.profile, options.only)
  const startMs = nowMs()
  const clockMs = options.clockMs ?? startMs
  const originMs = monotonicMs()
  const run = await makeRunDirectory(options.out, startMs, options.seed)
  watcher.progress('looking at this machine')

  const { platform, findings } = await diagnose(stackDirectory)
  const worth = findings.filter(({ verdict }) => verdict !== 'ok')
  if (worth.length > 0) watcher.doctor(worth)

  const runtime = await chooseRuntime(options.runtime, stackDirectory)
  watcher.runtime(runtime.kind, runtime.reason)
  let done = 0
  const contents: Contents['scenarios'] = []
  const outcome = await runScenarios({
    scenarios,
    seed: options.seed,
    profile: options.profile,
    startMs: clockMs,
    stackDirectory,
    runtime: runtime.kind,
    startStack: runtime.start,
    replayFlags: options.runtime === 'auto' ? '' : ` --runtime ${options.runtime}`,
    runDirectory: run.path,
    onProgress: (scenario, message) =>
      watcher.progress(`${done}/${scenarios.length} ${scenario?.id ?? ''}: ${message}`),
    onEvidence: (page) => void contents.push(...contentsOf([page]).scenarios),
    onResult: (result) => {
      done += 1
      watcher.progress(`${done}/${scenarios.length} ${result.id}: ${result.verdict}`)
      watcher.result(result)
    },
  })
  const results = [...outcome.results]
  if (other) {
    const record = { scenarios: outcome.results, history: await readHistory(run.path) }
    const isWanted = wantedBy(options.only)
    const { result, page } = compareWithReference(record, other, { ...options, isWanted })
    await writeHistory(run.path, page)
    results.push(result)
    watcher.compared(result.findings.map(({ message }) => message).join('; '))
    watcher.result(result)
  }
  return {
    run,
    contents: { schemaVersion: 1, scenarios: contents },
    result: {
      schemaVersion: 7,
      runId: run.runId,
      seed: options.seed,
      profile: options.profile,
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
      usage: { samples: outcome.samples, limits: outcome.limits, storage: outcome.storage },
      series: [],
    },
  }
}
