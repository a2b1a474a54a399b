// The suite *keeping*: how long rows are kept, when their disk is full, and that a backup is all of them.
import { type Scenario, suite } from '../../harness/scenario.ts'
import { backup } from './backup.ts'
import { growth } from './growth.ts'
import { retention } from './retention.ts'

export const keeping: readonly Scenario[] = suite('keeping', [retention, growth, backup])
