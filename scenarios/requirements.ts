// The verdict of each requirement, from the scenarios that prove it.
import type { RequirementResult } from './run-result.ts'
import { type ScenarioResult, worstVerdict } from './verdict.ts'

// What the catalogue does not prove of a requirement yet, so that its verdict is not read as more than it is.
const notProven: Readonly<Record<string, string>> = {
  R2: 'limits, volumes and health checks in containers: the embedded runtime reads them and enforces none',
  R13: 'names from git, and secret variable names and comments by patterns of a team',
  R14: 'the client’s end, which does not exist yet',
  R15: 'any machine but this one',
}

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
      notProven: notProven[id] ?? '',
    }
  })
}
