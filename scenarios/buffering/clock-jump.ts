// The relay when its clock goes back between two starts: what it kept is delivered all the same.
import { withFault } from '../../harness/faults/with-fault.ts'
import { throughRelay } from '../../harness/rigs/relay-rig.ts'
import type { Definition } from '../../harness/scenario.ts'
import { linkDown } from './strikes.ts'

export const clockJump: Definition = {
  name: 'clock-jump',
  title: "delivers everything when the relay's clock goes back an hour between two starts",
  requirements: ['R11', 'R12'],
  profile: 'full',
  run: (context) =>
    throughRelay(context, 'clock-jump', {}, async ({ experiment, target, phases, send }) => {
      await withFault(experiment, target, linkDown, async () => {
        await send(phases.before)
        const fault = { kind: 'clock-jump', stage: 'relay', parameters: { offsetMs: -3_600_000 } } as const
        await withFault(experiment, target, { fault, operation: 'parking' }, () => send(phases.during))
      })
      await send(phases.after)
    }),
}
