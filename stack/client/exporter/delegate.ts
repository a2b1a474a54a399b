// What stands between an official OTLP exporter and the network: it serializes as they do, and hands the request to a buffer.
import type { IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base'
import type { ISerializer } from '@opentelemetry/otlp-transformer'
import { messageOf } from '../../../core/errors.ts'
import type { Signal } from '../../../core/otlp/codec.ts'
import type { BufferOptions, BufferStatus, OfferOutcome } from '../buffer/options.ts'
import { OtlpBuffer } from '../buffer/otlp-buffer.ts'
import { type ExportRequest, protobufMessage } from '../export-request.ts'

type Done = Parameters<IOtlpExportDelegate<unknown>['export']>[1]

// ExportResultCode of @opentelemetry/core.
const SUCCESS = 0
const FAILED = 1

/** `export` answers within about a second: success means that the backend has the events or that they are on disk. */
export class BufferedDelegate<Internal> implements IOtlpExportDelegate<Internal> {
  readonly #signal: Signal
  readonly #serializer: ISerializer<Internal, unknown>
  readonly #options: BufferOptions
  readonly #underWay = new Set<Promise<void>>()
  #buffer: Promise<OtlpBuffer> | undefined
  #opened: OtlpBuffer | undefined

  constructor(signal: Signal, serializer: ISerializer<Internal, unknown>, options: BufferOptions) {
    this.#signal = signal
    this.#serializer = serializer
    this.#options = options
    // Whatever an earlier process left is delivered from the start on, before anything is exported.
    void this.#open().catch(() => {})
  }

  /** Undefined until the buffer's directory is open. */
  get status(): BufferStatus | undefined {
    return this.#opened?.status
  }

  /** The exporters' metrics about themselves count requests that reach the network; `status` tells more. */
  setMetrics(): void {}

  export(internal: Internal, done: Done): void {
    const bytes = this.#serializer.serializeRequest(internal)
    if (bytes === undefined || bytes.length === 0) {
      done({ code: SUCCESS })
      return
    }
    const work = this.#offer(protobufMessage(this.#signal, Buffer.from(bytes))).then(
      (outcome) => done(resultOf(outcome)),
      (error: unknown) => done({ code: FAILED, error: error instanceof Error ? error : new Error(messageOf(error)) }),
    )
    this.#underWay.add(work)
    void work.finally(() => this.#underWay.delete(work))
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  async shutdown(): Promise<void> {
    await this.forceFlush()
    const buffer = await this.#buffer?.catch(() => undefined)
    await buffer?.[Symbol.asyncDispose]()
    await this.#options.transport[Symbol.asyncDispose]()
  }

  async #offer(message: ExportRequest): Promise<OfferOutcome> {
    return (await this.#open()).offer(message)
  }

  /** A directory that cannot be used now may be usable later: each export tries it again, and fails with the reason. */
  #open(): Promise<OtlpBuffer> {
    this.#buffer ??= OtlpBuffer.open(this.#options)
      .then((buffer) => {
        this.#opened = buffer
        return buffer
      })
      .catch((error: unknown) => {
        this.#buffer = undefined
        throw error
      })
    return this.#buffer
  }
}

function resultOf(outcome: OfferOutcome): Parameters<Done>[0] {
  if (outcome.kind === 'delivered' || outcome.kind === 'parked') return { code: SUCCESS }
  const why = outcome.kind === 'refused' ? `${outcome.code}: ${outcome.message}` : outcome.message
  return { code: FAILED, error: new Error(`events were not taken: ${why}`) }
}
