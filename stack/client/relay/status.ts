// What a running relay tells of itself, read over HTTP.
import { z } from 'zod'
import type { RelayStatus } from './relay.ts'

/** What readers build on; the rest is for people. */
const statusSchema = z.looseObject({
  pid: z.number(),
  misdirected: z.number(),
  lastMisdirected: z.string(),
  // Of an earlier version there is none.
  policy: z.looseObject({ policy: z.string(), hashes: z.boolean(), failure: z.string() }).optional(),
  memory: z.looseObject({ requestsBytes: z.number(), rssBytes: z.number() }),
  buffer: z.looseObject({
    mode: z.enum(['live', 'buffering']),
    parked: z.looseObject({ events: z.number(), bytes: z.number(), files: z.number() }),
    refused: z.number(),
    lastFailure: z.string(),
  }),
})

/** @returns undefined when the text is not a relay's status */
export function parseRelayStatus(text: string): RelayStatus | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return statusSchema.safeParse(value).success ? (value as RelayStatus) : undefined
  } catch {
    return undefined
  }
}

/** @param url `http://host:port` @throws when nobody answers there, or another program does */
export async function readRelayStatus(url: string, timeoutMs: number): Promise<RelayStatus> {
  const response = await fetch(`${url}/status`, { signal: AbortSignal.timeout(timeoutMs) })
  const status = parseRelayStatus(await response.text())
  if (status === undefined) throw new Error(`${url}/status is not the status of a relay`)
  return status
}
