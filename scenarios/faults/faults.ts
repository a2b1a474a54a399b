// The suite *faults*: each fault by itself, random schedules of them, and the collector's defaults beside this stack.
import { type Scenario, suite } from '../../harness/scenario.ts'
import { baselineComparison } from './baseline.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { randomSchedules } from './random-schedules.ts'

export const faults: readonly Scenario[] = suite('faults', [...oneAtATime, randomSchedules, baselineComparison])
