// The bytes that toxiproxy has counted on its links: what it received and what it passed on, of connections that have ended.
import { UserError } from '../../../core/errors.ts'
import type { Stack } from '../../../stack/runtime/runtime.ts'
import type { Direction, LinkName } from './links.ts'

export interface Traffic {
  readonly receivedBytes: number
  /** Less than received where a toxic swallowed the rest. */
  readonly passedBytes: number
}

/** Toxiproxy counts a connection when it ends, not before. @throws UserError when its API does not answer */
export async function readTraffic(stack: Pick<Stack, 'endpoints'>): Promise<string> {
  const url = `${stack.endpoints.toxiproxyApi}/metrics`
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
  if (!response.ok) throw new UserError(`toxiproxy (${url}) answered ${response.status}`)
  return response.text()
}

/** What was counted between two readings. */
export function trafficBetween(before: string, after: string, link: LinkName, direction: Direction): Traffic {
  const since = (name: string) => counter(after, name, link, direction) - counter(before, name, link, direction)
  return { receivedBytes: since('received'), passedBytes: since('sent') }
}

function counter(text: string, name: string, link: LinkName, direction: Direction): number {
  let total = 0
  for (const [, labels = '', value] of text.matchAll(
    new RegExp(`^toxiproxy_proxy_${name}_bytes_total\\{([^}]*)\\} (\\S+)$`, 'gm'),
  ))
    if (labels.includes(`proxy="${link}"`) && labels.includes(`direction="${direction}"`)) total += Number(value)
  return total
}
