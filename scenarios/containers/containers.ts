// The suite *containers*: the compose file itself, as an engine runs it.
import { type Scenario, suite } from '../../harness/scenario.ts'
import { asRequired } from './as-required.ts'
import { faultsInContainers } from './faults.ts'
import { health } from './health.ts'

export const containers: readonly Scenario[] = suite('containers', [...asRequired, ...health, ...faultsInContainers])
