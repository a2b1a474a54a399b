// A backend that answers as a test says, and remembers what it was sent.

import { decodeRequest } from '../../../core/otlp/codec.ts'
import { type ExportRequest, protobufBody } from '../export-request.ts'
import type { Transport, TransportAnswer } from '../transport/transport.ts'

type Answer = TransportAnswer | Promise<TransportAnswer>

export const down: TransportAnswer = { kind: 'retryable', code: 'UNAVAILABLE', message: 'nobody there' }
export const accepted: TransportAnswer = { kind: 'accepted' }

export class ScriptedTransport implements Transport {
  readonly name = 'the test'
  /** What was accepted: the bodies of its log records. */
  readonly taken: string[] = []
  readonly sent: ExportRequest[] = []
  /** Asked for each request. */
  answer: (message: ExportRequest) => Answer

  constructor(answer: (message: ExportRequest) => Answer = () => accepted) {
    this.answer = answer
  }

  async send(message: ExportRequest): Promise<TransportAnswer> {
    this.sent.push(message)
    const answer = await this.answer(message)
    if (answer.kind === 'accepted') this.taken.push(...bodiesOf(message))
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** The bodies of a request's log records, as text; none for metrics. */
export function bodiesOf(message: ExportRequest): string[] {
  const request = decodeRequest(message.signal, protobufBody(message))
  if (!('resourceLogs' in request)) return []
  return request.resourceLogs.flatMap(({ scopeLogs = [] }) =>
    scopeLogs.flatMap(({ logRecords = [] }) =>
      logRecords.map(({ body }) => (body && 'stringValue' in body ? body.stringValue : '')),
    ),
  )
}
