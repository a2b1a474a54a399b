// A relay before the running stack: whether it answers, whether something waits in it, and whether clients send to no signal's path.
import { parseRelayStatus } from '../client/relay/status.ts'
import type { DoctorFinding } from './finding.ts'
import { bad, ok, warn } from './finding.ts'
import type { System } from './system.ts'

const CHECK = 'relay'
const PATHS =
  'OTEL_EXPORTER_OTLP_ENDPOINT gets no path; OTEL_EXPORTER_OTLP_LOGS_ENDPOINT ends in /v1/logs, _METRICS_ENDPOINT in /v1/metrics'

function misdirectedText(count: number, last: string): string {
  return `a client sends where the relay takes no telemetry, and it is refused: ${count} since the relay began, the last one ${last}`
}

/** @param url `http://host:port` of the relay that clients are told */
export async function checkRelay(system: System, url: string): Promise<DoctorFinding> {
  const text = await system.fetchText(`${url}/status`)
  if (text === undefined)
    return bad(
      CHECK,
      `the relay does not answer on ${url}, and clients send there`,
      '`npm run stack -- logs relay` shows why; `down`, then `up`, restarts it with what it has buffered',
    )
  const status = parseRelayStatus(text)
  if (status === undefined) return bad(CHECK, `on ${url} answers another program, and clients send there`, 'end it')
  const { misdirected, lastMisdirected } = status
  if (misdirected > 0) return warn(CHECK, misdirectedText(misdirected, lastMisdirected), PATHS)
  const { parked, lastFailure } = status.buffer
  if (parked.bytes === 0) return ok(CHECK, `the relay on ${url} has delivered everything`)
  return warn(
    CHECK,
    `${parked.bytes} bytes are buffered in the relay on ${url}${lastFailure === '' ? '' : `: ${lastFailure}`}`,
    'nothing is lost; docs/troubleshooting.md explains what it is waiting for',
  )
}
