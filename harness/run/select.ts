// Chooses scenarios by profile and by what a person asked for.
import { UsageError } from '../../core/errors.ts'
import { type Profile, profiles } from '../judge/model/profile.ts'
import { inProfile, type Scenario } from '../scenario.ts'

/**
 * @param only suites or scenario ids; all when empty. A scenario that is named by its id runs whatever the profile.
 * @throws UsageError when a name fits nothing
 */
export function selectScenarios(all: readonly Scenario[], profile: Profile, only: readonly string[]): Scenario[] {
  for (const name of only) {
    if (all.some((scenario) => scenario.id === name || scenario.suite === name)) continue
    const suites = [...new Set(all.map(({ suite }) => suite))].join(', ')
    throw new UsageError(`there is no suite or scenario ${name}; suites are: ${suites}`)
  }
  if (only.length === 0) return all.filter((scenario) => inProfile(scenario, profile))
  for (const name of only) {
    const named = all.filter((scenario) => scenario.suite === name)
    if (named.length > 0 && !named.some((scenario) => inProfile(scenario, profile)))
      throw new UsageError(
        `suite ${name} has nothing in profile ${profile}; add --profile ${profiles.find((one) => named.some((scenario) => inProfile(scenario, one)))}`,
      )
  }
  return all.filter(
    (scenario) => only.includes(scenario.id) || (only.includes(scenario.suite) && inProfile(scenario, profile)),
  )
}

/** Whether a scenario is among those that a person named, by its id or its suite; every one is where nothing was named. */
export function wantedBy(only: readonly string[]): (id: string) => boolean {
  return (id) => only.length === 0 || only.includes(id) || only.includes(id.split('/')[0] ?? '')
}
