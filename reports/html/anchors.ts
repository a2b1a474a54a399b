// Names for links inside the page: stable, unique, and safe whatever a scenario is called.
import type { ScenarioResult } from '../../harness/judge/model/verdict.ts'

export interface Anchors {
  /** The anchor of a scenario of this run. */
  readonly of: (scenario: ScenarioResult) => string
  /** The anchor of the first scenario with this id, if it is in this run. */
  readonly byId: (id: string) => string | undefined
  readonly requirement: (id: string) => string
}

export function makeAnchors(scenarios: readonly ScenarioResult[]): Anchors {
  const byScenario = new Map<ScenarioResult, string>()
  const byId = new Map<string, string>()
  const taken = new Set<string>()
  for (const scenario of scenarios) {
    const base = `scenario-${safe(scenario.id)}`
    let anchor = base
    // One scenario may run more than once, with other seeds.
    for (let next = 2; taken.has(anchor); next += 1) anchor = `${base}--${next}`
    taken.add(anchor)
    byScenario.set(scenario, anchor)
    if (!byId.has(scenario.id)) byId.set(scenario.id, anchor)
  }
  return {
    of: (scenario) => byScenario.get(scenario) ?? '',
    byId: (id) => byId.get(id),
    requirement: (id) => `requirement-${safe(id)}`,
  }
}

function safe(id: string): string {
  return id.replace(/[^A-Za-z0-9_-]/gu, (character) => `.${(character.codePointAt(0) ?? 0).toString(16)}.`)
}
