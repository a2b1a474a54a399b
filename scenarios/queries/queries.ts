// The suite *queries*: every number that the catalogue gives is right, whatever was sent.
import { type Scenario, suite } from '../../harness/scenario.ts'
import { engine } from './engine.ts'
import { wrongNumbers } from './known-wrong.ts'
import { mutants } from './mutants.ts'
import { oracle } from './oracle.ts'

export const queries: readonly Scenario[] = suite('queries', [wrongNumbers, oracle, engine, mutants])
