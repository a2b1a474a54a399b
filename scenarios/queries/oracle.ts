// Whatever was sent, every query answers what an oracle that shares no code with it reads from the same records.
import fc from 'fast-check'
import { nowMs } from '../../core/clock.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { catalogue } from '../../harness/judge/catalogue/catalogue.ts'
import { asked } from '../../harness/rigs/query-catalogue/asked.ts'
import { differenceIn, type Roles, replace } from '../../harness/rigs/query-catalogue/asking.ts'
import { datasetOf } from '../../harness/rigs/query-catalogue/datasets.ts'
import type { Definition } from '../../harness/scenario.ts'
import { connect } from '../../stack/clickhouse/database.ts'

/** Each is loaded once and asked every query over two windows; a control has its mistake in one of a few. */
const DATASETS = { full: 1000, standard: 16, smoke: 1 } as const
const WINDOWS = 2
const NOTHING = { logs: [], points: [], arrivedMs: 0 }

export const oracle: Definition = {
  name: 'oracle',
  title: 'answers every query over random datasets as an oracle does that shares no code with them',
  requirements: ['R7', 'R8'],
  profile: 'full',
  run: async (context) => {
    // A stack of its own: these queries look at all that is there.
    const stack = await context.ownStack()
    return runExperiment(
      context,
      { mark: 'oracle' },
      async (experiment) => {
        await using admin = connect(stack, 'admin')
        await using ingest = connect(stack, 'ingest')
        await using analyst = connect(stack, 'analyst')
        const roles: Roles = { admin, ingest, analyst }
        const numRuns = DATASETS[context.profile]
        const windows = fc.array(asked, { minLength: WINDOWS, maxLength: WINDOWS })
        const datasets = fc.sample(fc.tuple(datasetOf(nowMs()), windows), { seed: context.seed, numRuns })
        const differences = new Map<string, string>()
        let left = Object.keys(catalogue)
        for (const [index, [sent, times]] of datasets.entries()) {
          context.progress(`dataset ${index + 1} of ${numRuns}`)
          await replace(roles, sent)
          const found = await differenceIn(roles, context.stackDirectory, left, sent, times)
          if (found === undefined) continue
          differences.set(found.query, `dataset ${index + 1}: ${found.text}`)
          left = left.filter((query) => query !== found.query)
          // A control wants to know whether there is one.
          if (context.profile !== 'full') break
        }
        await replace(roles, NOTHING)
        for (const query of Object.keys(catalogue))
          experiment.check('query', query, {
            actual: differences.get(query) ?? 'as the oracle',
            expected: 'as the oracle',
          })
        experiment.measure('query', { name: 'random datasets', value: numRuns, unit: 'datasets' })
      },
      stack,
    )
  },
}
