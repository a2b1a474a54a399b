// Sends a request that is larger than a backend takes in parts, by its records.
import { countEvents } from '../../../core/otlp/count.ts'
import { splitRequest } from '../../../core/otlp/split.ts'
import { type ExportRequest, protobufBody } from '../export-request.ts'
import { type Transport, type TransportAnswer, unsendable } from './transport.ts'

/** Below what gRPC takes by default, and what the stack's collector takes: 4 MiB. */
const MAX_PART_BYTES = 3 * 1024 * 1024

/**
 * Parts go one after the other. When one is not taken now, all are sent again with the next attempt: what was taken then comes twice and
 * counts once. What a backend refuses of them is told as a partial success, unless it refuses all.
 */
export function inParts(transport: Transport, maxBytes = MAX_PART_BYTES): Transport {
  return {
    name: transport.name,
    async send(message, timeoutMs) {
      if (message.body.length <= maxBytes) return transport.send(message, timeoutMs)
      let parts: ExportRequest[]
      try {
        parts = partsOf(message, maxBytes)
      } catch (error) {
        return unsendable(error)
      }
      let rejected = 0
      let refusal: Extract<TransportAnswer, { readonly kind: 'partial' | 'rejected' }> | undefined
      for (const part of parts) {
        const answer = await transport.send(part, timeoutMs)
        if (answer.kind === 'retryable' || answer.kind === 'suspect') return answer
        if (answer.kind === 'accepted') continue
        rejected += answer.kind === 'partial' ? answer.rejected : part.events
        refusal = answer
      }
      if (refusal === undefined) return { kind: 'accepted' }
      if (refusal.kind === 'rejected' && rejected >= message.events) return refusal
      return { kind: 'partial', rejected, message: refusal.message }
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  }
}

/** JSON takes more room than protobuf: it may fit as that. */
function partsOf(message: ExportRequest, maxBytes: number): ExportRequest[] {
  const { signal } = message
  return splitRequest(signal, protobufBody(message), maxBytes).map((body) => ({
    signal,
    encoding: 'protobuf',
    body,
    events: countEvents(signal, body),
  }))
}
