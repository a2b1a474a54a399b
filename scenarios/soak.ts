// Soaks in short: what npm run soak does for as long as wanted, done for some seconds: quiet, under faults, and where it must end early.
import { readPreset } from '../generators/team/preset.ts'
import { SoakSeries } from '../harness/judge/soak/series.ts'
import { type Context, type Outcome, type Scenario, suite } from '../harness/scenario.ts'
import { conductSoak } from '../harness/soak/conduct.ts'
import type { SoakPlan } from '../harness/soak/options.ts'
import type { SoakOrder } from '../harness/soak/order.ts'
import type { ServiceHandle } from '../stack/runtime/runtime.ts'

const PRESET = 'soak'
/** Events a second: what a slow machine takes too. */
const RATE = 250
/** Of the whole, and in a control. */
const SECONDS = { full: 20, standard: 8, smoke: 8 } as const
/** Processes that have just begun still warm up; what leaks grows by more. */
const SHORT_GROWTH = { fromMs: 0, atMost: 2 } as const
const GONE_MS = 2_000
/** Into the soak. */
const KILL_AT_MS = 2_000

async function soak(
  context: Context,
  seconds: number,
  order: Partial<SoakOrder> & { readonly faults?: boolean },
): Promise<Outcome> {
  const { faults = false, ...further } = order
  const plan: SoakPlan = {
    ...{ durationMs: seconds * 1000, events: null, rate: RATE, load: null, preset: PRESET, faults, seed: context.seed },
    runtime: context.runtime,
  }
  return conductSoak(context, {
    ...{ plan, preset: await readPreset(PRESET), series: new SoakSeries(), saturationMs: 0 },
    endMs: Number.POSITIVE_INFINITY,
    sampled: ({ atMs }) => context.progress(`soaking, ${Math.round(atMs / 1000)} of ${seconds} s`),
    ...further,
  })
}

export const soaks: Scenario[] = suite('soak', [
  {
    name: 'quiet',
    title:
      'stores every event of a constant load exactly once, while no memory and no number of parts grows without end',
    requirements: ['R12', 'R17'],
    profile: 'full',
    run: (context) => soak(context, SECONDS[context.profile], { growth: SHORT_GROWTH }),
  },
  {
    name: 'under-faults',
    title: 'stores every acknowledged event of a constant load exactly once while faults strike one after the other',
    requirements: ['R7', 'R12', 'R17'],
    profile: 'full',
    run: (context) => soak(context, 30, { faults: true }),
  },
  {
    name: 'ends-early',
    title: 'ends with its reason when the collector is gone for good, and what was acknowledged is stored all the same',
    requirements: ['R12', 'R17'],
    profile: 'full',
    run: (context) => {
      let collector: ServiceHandle | undefined
      let isKilled = false
      return soak(context, 15, {
        expectedStop: 'gone',
        stopLimits: { goneMs: GONE_MS },
        started: (stack) => {
          collector = stack.service('otel-collector')
        },
        sampled: ({ atMs }) => {
          if (isKilled || atMs < KILL_AT_MS) return
          isKilled = true
          collector?.kill().catch(() => {})
        },
      })
    },
  },
])
