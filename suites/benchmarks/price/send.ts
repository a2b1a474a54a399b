// Sends requests that are encoded already, with so many under way and no more.
import { stopSignal } from '../../../core/cleanup.ts'
import { UserError } from '../../../core/errors.ts'
import { until } from '../../../core/poll.ts'
import type { BytesSender } from '../../../generators/emit/replay-grpc.ts'
import type { Input } from './input.ts'

export const REQUESTS_IN_FLIGHT = 16

/** What the collector says when it has no memory for more just now; a client waits a little and tries again. */
const FULL = 'UNAVAILABLE'
const FULL_PAUSE_MS = 100
const FULL_LIMIT_MS = 60_000

/**
 * Ends when every request has been accepted.
 * @returns how often a request had to be sent again
 * @throws UserError at the first that was not accepted: what is missing would make the rest look quick
 */
export async function sendAll(requests: Input['requests'], sender: Pick<BytesSender, 'send'>): Promise<number> {
  const waiting = requests.values()
  let repeated = 0
  const sendOneByOne = async () => {
    for (const { signal, bytes } of waiting)
      await until(
        `acceptance of a request of ${bytes.length} bytes`,
        async () => {
          const answer = await sender.send(signal, bytes)
          if (answer.kind === 'accepted') return 'accepted'
          if (answer.kind !== 'refused' || answer.code !== FULL) return answer
          repeated += 1
          throw new Error(answer.message)
        },
        { timeoutMs: FULL_LIMIT_MS, intervalMs: FULL_PAUSE_MS, signal: stopSignal },
      ).then((answer) => {
        if (answer !== 'accepted')
          throw new UserError(
            `the collector did not accept a request of ${bytes.length} bytes: ${JSON.stringify(answer)}`,
          )
      })
  }
  await Promise.all(Array.from({ length: REQUESTS_IN_FLIGHT }, sendOneByOne))
  return repeated
}
