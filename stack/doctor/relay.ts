// A relay before the running stack: whether it answers, and whether something waits in it.
import { parseRelayStatus } from '../client/relay/status.ts'
import type { DoctorFinding } from './finding.ts'
import { bad, ok, warn } from './finding.ts'
import type { System } from './system.ts'

const CHECK = 'relay'

/** @param url `http://host:port` of the relay that clients are told */
export async function checkRelay(system: System, url: string): Promise<DoctorFinding> {
  const text = await system.fetchText(`${url}/status`)
  if (text === undefined)
    return bad(
      CHECK,
      `the relay does not answer on ${url}, and clients send there`,
      '`npm run stack -- logs relay` shows why; `down`, then `up --relay`, restarts it with what it has buffered',
    )
  const status = parseRelayStatus(text)
  if (status === undefined) return bad(CHECK, `on ${url} answers another program, and clients send there`, 'end it')
  const { parked, lastFailure } = status.buffer
  if (parked.bytes === 0) return ok(CHECK, `the relay on ${url} has delivered everything`)
  return warn(
    CHECK,
    `${parked.bytes} bytes are buffered in the relay on ${url}${lastFailure === '' ? '' : `: ${lastFailure}`}`,
    'nothing is lost; docs/troubleshooting.md explains what it is waiting for',
  )
}
