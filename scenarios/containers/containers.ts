// The suite *containers*: the compose file itself, as an engine runs it.
import { type Scenario, suite } from '../../harness/scenario.ts'
import { asRequired } from './as-required.ts'
import { fullVolumes } from './full-volumes.ts'
import { health } from './health.ts'
import { killedOnHost } from './killed-on-host.ts'
import { outages } from './outages.ts'
import { plain } from './plain.ts'
import { relayContainer } from './relay.ts'

export const containers: readonly Scenario[] = suite('containers', [
  ...asRequired,
  ...health,
  ...outages,
  killedOnHost,
  relayContainer,
  plain,
  ...fullVolumes,
])
