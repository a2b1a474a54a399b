// A made-up backend that is there, or not, or loses its answers; it tells the account what it takes, before it answers.
import type { ExportRequest } from '../../stack/client/export-request.ts'
import type { Transport, TransportAnswer } from '../../stack/client/transport/transport.ts'
import type { CrashRequest, Requests } from './requests.ts'

/** `deaf`: it takes everything, and the answer is lost. `liar`: it takes nothing and says that it did. */
export type BackendMode = 'up' | 'down' | 'deaf' | 'liar'

export interface BackendOptions {
  readonly requests: Requests
  readonly mode: () => BackendMode
  /** Waits until it may answer. */
  readonly turn: () => Promise<void>
  readonly taken: (request: CrashRequest) => void
  readonly refused: (request: CrashRequest) => void
}

const down: TransportAnswer = { kind: 'retryable', code: 'UNAVAILABLE', message: 'nobody there' }

export function madeUpBackend(options: BackendOptions): Transport {
  return {
    name: 'the made-up backend',
    async send(message) {
      try {
        await options.turn()
      } catch {
        // Whoever asks has been killed: with this answer nothing is tried again.
        return { kind: 'rejected', code: 'KILLED', message: 'killed' }
      }
      return answer(message, options)
    },
    async [Symbol.asyncDispose]() {},
  }
}

function answer(message: ExportRequest, { requests, mode, taken, refused }: BackendOptions): TransportAnswer {
  const now = mode()
  if (now === 'down') return down
  if (now === 'liar') return { kind: 'accepted' }
  const inIt = requests.inMessage(message).requests
  const of = (nature: CrashRequest['nature']) => inIt.filter((request) => request.nature === nature)
  const poison = of('poison')
  if (poison.length > 0) {
    if (inIt.length === 1) for (const request of poison) refused(request)
    return { kind: 'rejected', code: 'INVALID_ARGUMENT', message: 'poison' }
  }
  const ill = of('ill')
  if (ill.length > 0) {
    if (inIt.length === 1) for (const request of ill) refused(request)
    return { kind: 'suspect', code: 'INTERNAL', message: 'ill' }
  }
  for (const request of inIt) taken(request)
  if (now === 'deaf') return { kind: 'retryable', code: 'NO_ANSWER', message: 'the answer was lost' }
  const partly = of('partly')
  if (partly.length === 0) return { kind: 'accepted' }
  for (const request of partly) refused(request)
  return { kind: 'partial', rejected: partly.length, message: 'partly' }
}
