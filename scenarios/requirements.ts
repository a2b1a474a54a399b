// The verdict of each requirement, from the scenarios that prove it.
import type { RequirementResult } from './run-result.ts'
import { type ScenarioResult, worstVerdict } from './verdict.ts'

/** One entry for each requirement that any scenario names, in the order of their numbers. */
export function requirementsOf(results: readonly ScenarioResult[]): RequirementResult[] {
  const ids = [...new Set(results.flatMap(({ requirements }) => requirements))]
  ids.sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
  return ids.map((id) => {
    const proving = results.filter(({ requirements }) => requirements.includes(id))
    return {
      id,
      verdict: worstVerdict(proving.map(({ verdict }) => verdict)),
      scenarios: proving.map((result) => result.id),
    }
  })
}
