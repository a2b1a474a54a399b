// The catalogue: every scenario there is, in the order of running.
import type { Scenario } from '../scenario.ts'
import { ingest } from './ingest.ts'

export const catalogue: readonly Scenario[] = [...ingest]
