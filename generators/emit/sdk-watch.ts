// Watches what the official exporters do on behalf of one send, through Node's and OpenTelemetry's own hooks.
//
// The exporters swallow two things that a ledger must know. Over HTTP they answer 429, 502, 503, 504 and lost connections with up to
// five more attempts, and forget the status; in both protocols they log a partial success and report a success.
import { AsyncLocalStorage } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'
import { ClientRequest, type IncomingMessage } from 'node:http'
import { DiagLogLevel, diag } from '@opentelemetry/api'
import type { PartialSuccess } from '../../core/otlp/codec.ts'
import { decodeJsonResponse } from '../../core/otlp/codec.ts'

/** What is seen of one send. */
export class Watch {
  partial: PartialSuccess | undefined
  /** Settles when the first HTTP attempt is over, answered or broken; never for gRPC, which makes one attempt only. */
  readonly firstAttempt: Promise<IncomingMessage | Error>
  #settle: (end: IncomingMessage | Error) => void
  #request: ClientRequest | undefined

  constructor() {
    const { promise, resolve } = Promise.withResolvers<IncomingMessage | Error>()
    this.firstAttempt = promise
    this.#settle = resolve
  }

  /** The first request of a send goes out, any further one does not. */
  onRequest(request: ClientRequest): void {
    if (this.#request !== undefined) {
      request.destroy(new Error('one send is one request'))
      return
    }
    this.#request = request
    request.once('error', this.#settle)
    request.once('response', (response) => this.#settle(response))
  }

  /** Breaks off the request under way. */
  cancel(): void {
    this.#request?.destroy()
  }
}

const current = new AsyncLocalStorage<Watch>()
let installed = false

/** Runs an export; what happens on its behalf, however late, is told to the watch. */
export function watched(watch: Watch, run: () => void): void {
  install()
  current.run(watch, run)
}

function install(): void {
  if (installed) return
  installed = true
  channel('http.client.request.created').subscribe((message) => {
    const request =
      typeof message === 'object' && message !== null && 'request' in message ? message.request : undefined
    if (request instanceof ClientRequest) current.getStore()?.onRequest(request)
  })
  const ignore = () => {}
  const warn = (message: string, ...rest: unknown[]) => {
    const watch = current.getStore()
    const [json] = rest
    if (watch === undefined || !message.startsWith('Received Partial Success') || typeof json !== 'string') return
    watch.partial = decodeJsonResponse(`{"partialSuccess":${json}}`)
  }
  const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore }
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
}
