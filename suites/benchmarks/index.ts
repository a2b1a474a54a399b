// Every benchmark, in the order in which they are run. A new one is a file beside this one, and a line here.
import type { Benchmark } from './benchmark.ts'
import { bytes } from './bytes.ts'
import { cold } from './cold.ts'
import { ledger } from './ledger.ts'
import { load } from './load.ts'
import { price } from './price.ts'
import { queries, queriesOfMany } from './queries.ts'
import { sanitization } from './sanitization.ts'
import { stackUp } from './stack-up.ts'
import { tests } from './tests.ts'
import { verifyContainers } from './verify-containers.ts'
import { verifySmoke } from './verify-smoke.ts'
import { verifyStandard } from './verify-standard.ts'

export const benchmarks: readonly Benchmark[] = [
  stackUp,
  verifySmoke,
  verifyStandard,
  verifyContainers,
  tests,
  cold,
  load,
  ledger,
  queries,
  queriesOfMany,
  bytes,
  price,
  sanitization,
]
