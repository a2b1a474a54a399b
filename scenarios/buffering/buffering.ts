// The suite *buffering*: what a relay and buffered exporters at the client's end promise on their own: taken is delivered.
import { type Scenario, suite } from '../../harness/scenario.ts'
import { clockJump } from './clock-jump.ts'
import { crash } from './crash.ts'
import { exporters } from './exporters.ts'
import { firewalls } from './firewalls.ts'
import { fullDisks } from './full-disks.ts'
import { hostileRequests } from './hostile-requests.ts'
import { outages } from './outages.ts'
import { performance } from './performance.ts'

export const buffering: readonly Scenario[] = suite('buffering', [
  ...outages,
  ...fullDisks,
  clockJump,
  hostileRequests,
  ...firewalls,
  ...exporters,
  ...crash,
  ...performance,
])
