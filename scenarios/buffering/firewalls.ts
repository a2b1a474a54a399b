// The relay behind a firewall that refuses or swallows its connections to the collector.
import { startFirewall } from '../../harness/faults/firewall/firewall.ts'
import { withFault } from '../../harness/faults/with-fault.ts'
import { throughRelay } from '../../harness/rigs/relay-rig.ts'
import type { Context, Definition, Outcome } from '../../harness/scenario.ts'

export const firewalls: readonly Definition[] = (['reject', 'drop'] as const).map((mode) => ({
  name: `firewall-${mode}s`,
  title: `keeps every event when a firewall ${mode === 'reject' ? 'rejects' : 'drops'} connections to the collector`,
  requirements: ['R11', 'R12'],
  profile: 'full',
  run: (context) => behindFirewall(context, mode),
}))

async function behindFirewall(context: Context, mode: 'reject' | 'drop'): Promise<Outcome> {
  const stack = await context.faultyStack()
  await using firewall = await startFirewall('open', new URL(stack.endpoints.otlpHttp).host)
  return await throughRelay(
    context,
    `firewall-${mode}`,
    { backend: `http://${firewall.endpoint}`, target: { firewall } },
    async ({ experiment, target, phases, send }) => {
      await send(phases.before)
      const fault = { kind: 'firewall', stage: 'client-collector', parameters: { mode } } as const
      await withFault(experiment, target, { fault, operation: 'sending' }, () => send(phases.during))
      await send(phases.after)
    },
  )
}
