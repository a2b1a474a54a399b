// The smoke profile on a real stack, as tests: one for each scenario, titled by its invariant.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cleanUp } from '../core/cleanup.ts'
import { nowMs } from '../core/clock.ts'
import { stackDirectory } from '../core/paths.ts'
import type { ScenarioResult } from '../harness/judge/model/verdict.ts'
import { runScenarios } from '../harness/run/runner.ts'
import { selectScenarios } from '../harness/run/select.ts'
import { catalogue } from '../scenarios/catalogue.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'

const SEED = 1
// On processes: what only containers have is proven by verify:platform --runtime docker.
const scenarios = selectScenarios(catalogue, 'smoke', []).filter(({ suite }) => suite !== 'containers')
const results = new Map<string, ScenarioResult>()

beforeAll(async () => {
  const outcome = await runScenarios({
    scenarios,
    seed: SEED,
    profile: 'smoke',
    startMs: nowMs(),
    stackDirectory,
    runtime: 'embedded',
    startStack: startEmbedded,
  })
  for (const result of outcome.results) results.set(result.id, result)
})

afterAll(cleanUp)

describe.each(Object.entries(Object.groupBy(scenarios, ({ suite }) => suite)))('%s', (_suite, group = []) => {
  test.each(group.map((scenario) => [scenario.title, scenario.id] as const))('%s', (_title, id) => {
    const result = results.get(id)
    expect(result?.reason).toBe('')
    expect(result?.verdict).toBe('pass')
  })
})
