// Crashes of the buffer: the states that they may leave of its files, explored in a model of a disk, and real kills.
import { exploreCrashStates } from '../../harness/crash-model/explore.ts'
import { killLoop } from '../../harness/crash-model/kill-loop.ts'
import { runExperiment } from '../../harness/experiment/experiment.ts'
import type { Definition } from '../../harness/scenario.ts'

const CRASH_STATES = { full: 100_000, standard: 2_000, smoke: 2_000 } as const
const KILLS = { full: 300, standard: 5, smoke: 5 } as const

export const crash: readonly Definition[] = [
  {
    name: 'crash-states',
    title: 'loses no acknowledged event in any state of its files that a kill or a power cut may leave',
    requirements: ['R10', 'R12'],
    profile: 'full',
    run: (context) =>
      runExperiment(context, { mark: 'crash-states', rules: { counters: false } }, async (experiment) => {
        const { states, lost, invented, hung, seconds } = await exploreCrashStates({
          seed: context.seed,
          budget: { states: CRASH_STATES[context.profile] },
          onProgress: ({ states: tried }) => context.progress(`${tried} states explored`),
        })
        experiment.check('crash', 'acknowledged events lost in any state', { actual: lost, expected: [] })
        experiment.check('crash', 'events that nobody offered', { actual: invented, expected: [] })
        experiment.check('crash', 'recoveries that did not end', { actual: hung, expected: 0 })
        experiment.measure('crash', {
          name: 'states explored',
          value: states,
          unit: 'states',
          limit: { atLeast: CRASH_STATES[context.profile] },
        })
        experiment.measure('crash', { name: 'time to explore them', value: seconds, unit: 's' })
      }),
  },
  {
    name: 'kills',
    title: 'loses no acknowledged event when its processes are killed hundreds of times',
    requirements: ['R10', 'R12'],
    profile: 'full',
    run: (context) =>
      runExperiment(context, { mark: 'kills', rules: { counters: false } }, async (experiment) => {
        const wanted = KILLS[context.profile]
        const { kills, acknowledged, lost, invented } = await killLoop({
          kills: wanted,
          seed: context.seed,
          onProgress: ({ kills: done }) => context.progress(`${done} of ${wanted} kills`),
        })
        experiment.check('crash', 'acknowledged events lost by any kill', { actual: lost, expected: [] })
        experiment.check('crash', 'events that nobody offered', { actual: invented, expected: [] })
        experiment.measure('crash', { name: 'kills', value: kills, unit: 'kills', limit: { atLeast: wanted } })
        experiment.measure('crash', { name: 'events acknowledged', value: acknowledged, unit: 'events' })
      }),
  },
]
