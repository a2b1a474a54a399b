// The catalogue: every scenario there is, in the order of running.
import type { Scenario } from '../harness/scenario.ts'
import { buffering } from './buffering/buffering.ts'
import { containers } from './containers/containers.ts'
import { context } from './context/context.ts'
import { datasets } from './datasets/datasets.ts'
import { faults } from './faults/faults.ts'
import { ingest } from './ingest/ingest.ts'
import { keeping } from './keeping/keeping.ts'
import { limits } from './limits.ts'
import { load } from './load.ts'
import { metrics } from './metrics.ts'
import { platform } from './platform.ts'
import { queries } from './queries/queries.ts'
import { recovery } from './recovery/recovery.ts'
import { sampling } from './sampling.ts'
import { sanitization } from './sanitization/sanitization.ts'
import { schema } from './schema/schema.ts'
import { security } from './security/security.ts'
import { soaks } from './soak.ts'

export const catalogue: readonly Scenario[] = [
  ...platform,
  ...security,
  ...schema,
  ...ingest,
  ...sanitization,
  ...sampling,
  ...metrics,
  ...queries,
  ...datasets,
  ...context,
  ...recovery,
  ...keeping,
  ...buffering,
  ...faults,
  ...containers,
  ...limits,
  ...load,
  ...soaks,
]
