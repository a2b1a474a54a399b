// The suite *context*: who, where and on what, given by the environment of each shell and found again on every stored event.
import { type Scenario, suite } from '../../harness/scenario.ts'
import { disagreement } from './disagreement.ts'
import { onEveryEvent } from './on-every-event.ts'
import { fromShells } from './shells.ts'

export const context: readonly Scenario[] = suite('context', [...fromShells, disagreement, onEveryEvent])
