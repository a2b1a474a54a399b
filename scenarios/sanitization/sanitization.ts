// The suite *sanitization*: nothing private that was planted is stored anywhere, and nothing else is touched.
import { type Scenario, suite } from '../../harness/scenario.ts'
import { atRest } from './at-rest.ts'
import { databaseMasking } from './database-masking.ts'
import { privateTexts } from './private-texts.ts'
import { rules } from './rules.ts'

export const sanitization: readonly Scenario[] = suite('sanitization', [
  ...privateTexts,
  ...rules,
  databaseMasking,
  atRest,
])
