// Sabotages of the load itself: a generator, a ledger or a clock that is not what it says.
import type { LoadShape } from '../../generators/bulk/arrival-rate.ts'
import type { ThreadedLoad } from '../../generators/bulk/load-threads.ts'
import { noTamper, type Tamper } from '../../harness/scenario.ts'
import type { Control } from './control.ts'

const scenario = 'load/half-of-saturation'
const HALF = 0.5
/** Each so-many-th request is the one that is concerned. */
const EVERY = 10

const change = (load: (order: ThreadedLoad) => Partial<ThreadedLoad>): Tamper => ({
  ...noTamper,
  load: (order) => ({ ...order, ...load(order) }),
})

function slower(shape: LoadShape): LoadShape {
  return shape.executor === 'constant-arrival-rate' ? { ...shape, rate: shape.rate * HALF } : shape
}

export const loadControls: readonly Control[] = [
  {
    id: 'repeats-itself',
    sabotage: 'sends copies of one session where it says that it sends several',
    scenario,
    alone: true,
    oracle: 'accounting',
    tamper: change(({ templates }) => ({ templates: templates.map((template) => templates[0] ?? template) })),
  },
  {
    id: 'shard-overlaps',
    sabotage: 'sends the first shard again in place of the second',
    scenario,
    alone: true,
    oracle: 'load',
    tamper: change(({ shard }) => (shard ? { shard: { ...shard, number: 1 } } : {})),
  },
  {
    id: 'ledger-forgets',
    sabotage: 'forgets that some requests were answered',
    scenario,
    alone: true,
    oracle: 'load',
    tamper: change(({ answered }) => ({
      answered: (number, answer) => {
        if (number % EVERY !== 0) answered(number, answer)
      },
    })),
  },
  {
    id: 'ledger-invents',
    sabotage: 'notes answers to requests that were never sent',
    scenario,
    alone: true,
    oracle: 'accounting',
    tamper: change(({ answered }) => ({
      answered: (number, answer) => {
        answered(number, answer)
        if (number % EVERY === 0) answered(number + 1_000_000, answer)
      },
    })),
  },
  {
    id: 'slows-down',
    sabotage: 'sends half of what it says, and tells nobody',
    scenario,
    alone: true,
    oracle: 'load',
    as: 'unknown',
    tamper: change(({ plan }) => (plan.kind === 'arrivals' ? { plan: { ...plan, shape: slower(plan.shape) } } : {})),
  },
]
