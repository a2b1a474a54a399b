// Every query, and every view that it reads, with one thing changed: the oracle must see the change.
import { runExperiment } from '../../harness/experiment/experiment.ts'
import { outcomeOf } from '../../harness/mutation/fate.ts'
import { readEquivalences, readKillers } from '../../harness/rigs/mutants/kept.ts'
import { partsOf } from '../../harness/rigs/mutants/parts.ts'
import { sit } from '../../harness/rigs/mutants/sitting.ts'
import type { Definition } from '../../harness/scenario.ts'

export const mutants: Definition = {
  name: 'mutants',
  title: 'sees every change of a query or of what it reads that changes an answer',
  requirements: ['R8'],
  profile: 'full',
  run: async (context) => {
    const stack = await context.ownStack()
    return runExperiment(
      context,
      { mark: 'mutants' },
      async (experiment) => {
        const { stackDirectory, progress } = context
        const parts = await partsOf(stackDirectory)
        const fates = await sit({ stack, stackDirectory, parts, killers: await readKillers(), progress })
        const outcome = outcomeOf(fates, await readEquivalences())
        experiment.check('query', 'mutants that nothing killed', { actual: outcome.survivors, expected: [] })
        experiment.check('query', 'mutants called equivalent that are not', { actual: outcome.lies, expected: [] })
        const { killed, equivalent, invalid, timedOut, equivalentShare } = outcome
        const measure = (name: string, value: number) => experiment.measure('query', { name, value, unit: 'mutants' })
        experiment.measure('query', {
          name: 'mutants that answered',
          value: killed + equivalent + outcome.survivors.length,
          unit: 'mutants',
          limit: { atLeast: 300 },
        })
        experiment.measure('query', {
          name: 'share of equivalent mutants',
          value: equivalentShare,
          unit: 'ratio',
          limit: { atMost: 0.12 },
        })
        measure('mutants killed', killed)
        measure('mutants that ClickHouse does not take', invalid)
        measure('mutants that took too long', timedOut)
      },
      stack,
    )
  },
}
