// The suite *buffering*: what a relay and buffered exporters at the client's end promise on their own.
import { type Scenario, suite } from '../../harness/scenario.ts'
import { crash } from './crash.ts'
import { exporters } from './exporters.ts'
import { performance } from './performance.ts'
import { relayed } from './relay.ts'

export const buffering: readonly Scenario[] = suite('buffering', [...relayed, ...exporters, ...crash, ...performance])
