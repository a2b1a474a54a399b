// The fault *clock-jump*: a process goes on with a clock that is off. A clock that has jumped stays where it is.
import { z } from 'zod'
import { defineFault } from '../fault.ts'
import { need } from '../target.ts'

declare module '../fault.ts' {
  interface FaultKinds {
    'clock-jump': { readonly stage: 'relay'; readonly parameters: { readonly offsetMs: number } }
  }
}

/** So much of the jump must be seen: some time passes besides. */
const SEEN_SHARE = 0.8

export const kind = defineFault({
  kind: 'clock-jump',
  stages: ['relay'],
  profile: 'full',
  parameters: z.strictObject({ offsetMs: z.int() }),
  // What it must have parked before is told by *buffering*.
  cases: [],
  trials: [],
  async inject(fault, target) {
    const clock = need(target.clocks?.[fault.stage], fault, 'clock')
    const { offsetMs } = fault.parameters
    const [before] = await clock.fileTimesMs()
    await clock.jumpClock(offsetMs)
    return {
      heal: async () => {},
      effect: async () => {
        const after = await clock.fileTimesMs()
        const times = offsetMs < 0 ? Math.min(...after) : Math.max(...after)
        const jumpMs = times - (before ?? Number.NaN)
        if (!(jumpMs / offsetMs > SEEN_SHARE)) return undefined
        return `a later file has a time ${Math.round(Math.abs(jumpMs) / 60_000)} minutes ${offsetMs < 0 ? 'earlier' : 'later'}`
      },
    }
  },
})
