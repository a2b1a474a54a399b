// The verdict of each requirement, from the scenarios that prove it.
import { type ScenarioResult, type Verdict, worstVerdict } from './model/verdict.ts'
import type { RequirementResult, RequirementVerdict, RunResult } from './run-result.ts'

// What the catalogue does not prove of a requirement yet, so that its verdict is not read as more than it is.
const notProven: Readonly<Record<string, string>> = {
  R2: 'Podman, and the smallest machine',
  R12: 'a power cut of the machine: of the buffer’s files it is tried in a model of a disk',
  R13: 'names from git, and secret variable names and comments by patterns of a team',
  R14: 'the client’s end, which does not mask anything yet',
  R15: 'any machine but this one',
  R17: 'load that lasts longer than the run sent',
}

// What only a run on containers looks at.
const onlyInContainers: Readonly<Record<string, string>> = {
  R2: 'limits, volumes and health checks in containers: the embedded runtime reads them and enforces none',
  R17: 'high volume within the limits: the embedded runtime enforces none',
}

/** One entry for each requirement that any scenario names, in the order of their numbers. */
export function requirementsOf(
  results: readonly ScenarioResult[],
  runtime: RunResult['runtime']['kind'],
): RequirementResult[] {
  const ids = [...new Set(results.flatMap(({ requirements }) => requirements))]
  ids.sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
  return ids.map((id) => {
    const proving = results.filter(({ requirements }) => requirements.includes(id))
    return {
      id,
      verdict: verdictOf(proving.map(({ verdict }) => verdict)),
      scenarios: proving.map((result) => result.id),
      notProven: [
        ...(runtime === 'embedded' && onlyInContainers[id] ? [onlyInContainers[id]] : []),
        ...(notProven[id] ? [notProven[id]] : []),
        ...skippedOf(proving),
      ].join('; '),
    }
  })
}

function verdictOf(verdicts: readonly Verdict[]): RequirementVerdict {
  const worst = worstVerdict(verdicts)
  return worst === 'pass' && verdicts.includes('skipped') ? 'partly' : worst
}

/** What did not run says nothing of the requirement. */
function skippedOf(proving: readonly ScenarioResult[]): string[] {
  const skipped = proving.filter(({ verdict }) => verdict === 'skipped').map(({ id }) => id)
  return skipped.length === 0 ? [] : [`what was skipped: ${skipped.join(', ')}`]
}
