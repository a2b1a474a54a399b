// Realistic results of every kind for the tests of the reports: the same each time.
import type { ScenarioResult, Verdict } from '../../harness/judge/model/verdict.ts'
import type { RunResult } from '../../harness/judge/run-result.ts'
import { hostile, hostileText } from './hostile.ts'
import { doctorOf, platform, runtimeOf } from './sample-machine.ts'
import { broken, catalogue, couldNotJudge, passing, skip } from './sample-scenarios.ts'
import { sampleSeries } from './sample-series.ts'
import { usage } from './sample-usage.ts'

export type SampleKind = 'pass' | 'fail' | 'unknown' | 'skipped' | 'empty' | 'hostile'
export const sampleKinds: readonly SampleKind[] = ['pass', 'fail', 'unknown', 'skipped', 'empty', 'hostile']

/** The result of a run of this kind. */
export function sampleRun(kind: SampleKind): RunResult {
  const all = catalogue.map((entry, index) => passing(index, entry))
  const scenarios: Readonly<Record<SampleKind, readonly ScenarioResult[]>> = {
    pass: all,
    fail: all.map(broken),
    unknown: all.map(couldNotJudge),
    skipped: all.slice(5, 7).map((scenario) => skip(scenario, 'no ClickHouse can be had for this platform')),
    empty: [],
    hostile: all.map(hostile),
  }
  const verdicts: Readonly<Record<SampleKind, Verdict>> = {
    pass: 'pass',
    fail: 'fail',
    unknown: 'unknown',
    skipped: 'skipped',
    empty: 'unknown',
    hostile: 'fail',
  }
  const started = kind !== 'empty' && kind !== 'skipped'
  return {
    schemaVersion: 7,
    runId: `2026-11-23T21-28-27Z-${kind}`,
    seed: 41_017,
    profile: 'standard',
    startedAt: '2026-11-23T21:28:27.047Z',
    clock: '2026-11-23T21:28:27.047Z',
    durationMs: started ? 241_300 : 1_840,
    verdict: verdicts[kind],
    platform,
    runtime: runtimeOf(started, kind === 'hostile' ? hostileText : undefined),
    doctor: doctorOf(started),
    scenarios: scenarios[kind],
    faultKinds: [
      { kind: 'down', stages: ['client-collector', 'collector-clickhouse'] },
      { kind: 'kill', stages: ['collector', 'clickhouse', 'relay'] },
    ],
    requirements: requirementsOf(scenarios[kind]),
    usage: started ? usage() : { samples: [], limits: [], storage: [] },
    series: kind === 'unknown' ? sampleSeries() : [],
  }
}

/** In the order of their numbers; each has the worst verdict of its scenarios. */
function requirementsOf(scenarios: readonly ScenarioResult[]): RunResult['requirements'] {
  const ids = [...new Set(scenarios.flatMap(({ requirements }) => requirements))].toSorted(
    (a, b) => Number(a.slice(1)) - Number(b.slice(1)),
  )
  return ids.map((id) => {
    const own = scenarios.filter(({ requirements }) => requirements.includes(id))
    const has = (verdict: Verdict) => own.some((scenario) => scenario.verdict === verdict)
    const worst = (['fail', 'unknown', 'pass'] as const).find(has) ?? 'skipped'
    const verdict = worst === 'pass' && has('skipped') ? 'partly' : worst
    const notProven = id === 'R2' ? 'limits in containers' : ''
    return { id, verdict, scenarios: own.map((scenario) => scenario.id), notProven }
  })
}
