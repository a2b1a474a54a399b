// A relay on free ports, quick to try again, with what it says kept.
import { Relay, type RelayOptions, type RelayStatus } from '../relay/relay.ts'
import { get } from './http-post.ts'
import type { ScriptedTransport } from './scripted-transport.ts'

export function startRelay(
  directory: string,
  transport: ScriptedTransport,
  options: Partial<RelayOptions> = {},
): Promise<Relay> {
  const quick = { retryBaseMs: 5, parkedRetryMs: 20 }
  const ports = { host: '127.0.0.1', grpcPort: 0, httpPort: 0 }
  return Relay.start({ directory, transport, log: () => {}, ...ports, ...quick, ...options })
}

export async function statusOf(relay: Relay): Promise<RelayStatus> {
  return JSON.parse(String((await get(`${relay.http}/status`)).body))
}
