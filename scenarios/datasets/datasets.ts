// The suite *datasets*: what a manifest says that queries answer is what they answer, in whatever format a dataset was loaded, and of nothing else.
import { type Scenario, suite } from '../../harness/scenario.ts'
import { apart } from './apart.ts'
import { everyFormat } from './every-format.ts'

export const datasets: readonly Scenario[] = suite('datasets', [everyFormat, apart])
