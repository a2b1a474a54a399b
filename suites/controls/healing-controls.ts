// Sabotages of the daily stack: of what starts services again, of what is known of them, of what a person is told.
import type { Control } from './control.ts'

const daily = { scenario: 'recovery/daily-stack' } as const

export const healingControls: readonly Control[] = [
  {
    id: 'ended-stays-ended',
    sabotage: 'does not start again what has ended',
    ...daily,
    oracle: 'recovery',
    edits: [{ file: 'daily/supervisor.ts', from: 'await sleep(waitMs)', to: 'await sleep(waitMs + 900_000)' }],
  },
  {
    id: 'endings-untold',
    sabotage: 'writes nothing down of how services have ended',
    ...daily,
    oracle: 'health',
    edits: [{ file: 'daily/keeper.ts', from: 'await writeEndings([...all.values()])', to: 'await Promise.resolve()' }],
  },
  {
    id: 'loop-unnamed',
    sabotage: 'takes a service that ends again and again for one that has ended once',
    ...daily,
    oracle: 'health',
    edits: [{ file: 'daily/supervisor.ts', from: 'return count > 1 &&', to: 'return count > 99 &&' }],
  },
  {
    id: 'orphans-unknown',
    sabotage: 'does not know what a killed keeper has left',
    ...daily,
    oracle: 'health',
    edits: [
      {
        file: 'runtime/running-stacks.ts',
        from: 'if (entry?.daily === true && !isAlive',
        to: 'if (entry?.daily === false && !isAlive',
      },
    ],
  },
  {
    id: 'orphans-swept',
    sabotage: 'ends what a killed keeper has left whenever a run of the proof starts',
    ...daily,
    oracle: 'recovery',
    edits: [{ file: 'runtime/running-stacks.ts', from: '(entry.daily && !daily)', to: 'false' }],
  },
  {
    id: 'logs-grow',
    sabotage: 'lets logs grow for ever',
    ...daily,
    oracle: 'storage',
    edits: [{ file: 'daily/log-files.ts', from: 'if (size <= maxBytes) continue', to: 'if (size >= 0) continue' }],
  },
  {
    id: 'changes-unseen',
    sabotage: 'leaves a stack as it is that was started with other variables',
    ...daily,
    oracle: 'migration',
    edits: [
      {
        file: 'daily/started-with.ts',
        from: '...Object.keys(now.variables).filter(',
        to: '...[].filter(',
      },
    ],
  },
  {
    id: 'client-forgotten',
    sabotage: 'points clients elsewhere while the stack is stopped',
    ...daily,
    oracle: 'context',
    edits: [{ file: 'daily/state.ts', from: 'return last ?? relayAddress', to: 'return relayAddress' }],
  },
  {
    id: 'engine-leaves-it',
    sabotage: 'does not let the engine start again what has ended',
    scenario: 'containers/killed-on-host',
    containers: true,
    oracle: 'recovery',
    edits: [{ file: 'compose.yaml', from: 'restart: unless-stopped', to: 'restart: "no"' }],
  },
]
