// A relay that a person started by itself, on the ports where the daily stack's would be.
import { readRelayStatus } from '../client/relay/status.ts'
import { relayAddress } from './state.ts'

export interface OtherRelay {
  readonly url: string
  readonly pid: number
  readonly backend: string
}

/** Null when nobody answers there, or another program. */
export async function relayByItself(): Promise<OtherRelay | null> {
  const url = relayAddress(process.env).otlpHttp
  const status = await readRelayStatus(url, 1_000).catch(() => undefined)
  return status === undefined ? null : { url, pid: status.pid, backend: status.buffer.backend }
}
