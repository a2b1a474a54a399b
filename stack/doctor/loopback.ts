// Whether this machine can talk to itself, which some firewalls and WSL's mirrored networking prevent.
import type { DoctorFinding } from './finding.ts'
import { bad, ok } from './finding.ts'
import type { System } from './system.ts'
import { wslVersion } from './wsl-version.ts'

const CHECK = 'loopback'

export async function checkLoopback(system: System): Promise<readonly DoctorFinding[]> {
  const [failure, failure6, addresses, wsl] = await Promise.all([
    system.roundTrip('127.0.0.1'),
    system.roundTrip('::1'),
    system.addressesOf('localhost'),
    wslVersion(system),
  ])
  const foreign = addresses.filter((address) => !/^(?:127\.|::1$|::ffff:127\.)/.test(address))
  const advice =
    wsl === 2
      ? 'set `networkingMode=nat` under [wsl2] in %UserProfile%\\.wslconfig and run `wsl --shutdown` (microsoft/WSL #13868)'
      : 'a firewall or a security program stands between: let it allow connections to 127.0.0.1'
  return [
    failure === undefined
      ? ok(CHECK, 'TCP to 127.0.0.1 works')
      : bad(CHECK, `TCP to 127.0.0.1 does not work: ${failure}`, advice),
    addresses.length > 0 && foreign.length === 0
      ? ok(CHECK, `localhost is ${addresses.join(' and ')}`)
      : bad(
          CHECK,
          `localhost is ${foreign.length > 0 ? foreign.join(' and ') : 'unknown'} instead of 127.0.0.1`,
          'put the line `127.0.0.1 localhost` into /etc/hosts',
        ),
    ok(CHECK, `TCP to ::1 ${failure6 === undefined ? 'works' : 'does not work'}; the stack uses 127.0.0.1 only`),
  ]
}
