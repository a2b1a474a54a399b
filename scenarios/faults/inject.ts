// Injects any fault: each kind is known by the file that carries it out.
import { UserError } from '../../core/errors.ts'
import { injectAckLost } from './ack-lost.ts'
import { injectDown } from './down.ts'
import { type Fault, type Inject, type Injected, nameOf, type Target } from './fault.ts'
import { injectKill, injectPause, injectRestart } from './signals.ts'
import { toxicNames } from './toxic-kinds.ts'
import { injectToxic } from './toxics.ts'

const INJECTIONS: Readonly<Record<string, Inject>> = {
  down: injectDown,
  ...Object.fromEntries(toxicNames.map((kind) => [kind, injectToxic(kind)])),
  kill: injectKill,
  pause: injectPause,
  restart: injectRestart,
  'ack-lost': injectAckLost,
}

/** @throws UserError for a kind, a stage or a parameter that there is not */
export async function inject(fault: Fault, target: Target): Promise<Injected> {
  const injection = INJECTIONS[fault.kind]
  if (!injection)
    throw new UserError(
      `fault ${nameOf(fault)}: there is no such kind; there are ${Object.keys(INJECTIONS).join(', ')}`,
    )
  return injection(fault, target)
}
