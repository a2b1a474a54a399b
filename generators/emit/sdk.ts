// Sends batches through the official OpenTelemetry exporters, as the real client does.
import { IncomingMessage } from 'node:http'
import { sleep } from '../../core/clock.ts'
import { isLogsRequest } from '../../core/otlp/otlp.ts'
import type { Answer, Batch, Emitter } from '../batch.ts'
import { accepted, grpcFailure, httpFailure, partialAnswer } from './answers.ts'
import type { SdkOptions } from './options.ts'
import { createExporters, type Exporters } from './sdk-exporters.ts'
import { readableLogRecords, resourceMetricsOf } from './sdk-records.ts'
import { Watch, watched } from './sdk-watch.ts'

/**
 * An emitter on the official exporters. One send is one request, answered within `timeoutMs`: the attempts that the exporters
 * would make after it are not let out. A metrics batch with several resources is one request each, one after the other, and the first
 * that is not accepted is the answer.
 */
export function sdkEmitter(options: SdkOptions): Emitter {
  const exporters = createExporters(options)
  return {
    name: `sdk ${options.protocol}`,
    async send(batch) {
      for (const run of exportsOf(exporters, batch)) {
        const answer = await exportOnce(options, run)
        if (answer.kind !== 'accepted') return answer
      }
      return accepted
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([exporters.logs.shutdown(), exporters.metrics.shutdown()])
    },
  }
}

// ExportResultCode.SUCCESS; the enumeration's own package is not a direct dependency.
const success = 0

interface Result {
  readonly code: number
  readonly error?: Error
}

type Run = (done: (result: Result) => void) => void

function exportsOf(exporters: Exporters, { request }: Batch): Run[] {
  if (!isLogsRequest(request))
    return resourceMetricsOf(request).map((metrics) => (done) => exporters.metrics.export(metrics, done))
  const records = readableLogRecords(request)
  return [(done) => exporters.logs.export(records, done)]
}

async function exportOnce(options: SdkOptions, run: Run): Promise<Answer> {
  const watch = new Watch()
  const over = new AbortController()
  const result = new Promise<Result>((resolve) => watched(watch, () => run(resolve)))
  const timeout = sleep(options.timeoutMs, over.signal).then(
    (): Answer => {
      watch.cancel()
      return { kind: 'indeterminate', message: `no answer after ${options.timeoutMs} ms` }
    },
    (): Promise<Answer> => new Promise(() => {}),
  )
  const whole = result.then(({ code, error }): Answer => {
    if (code === success) return partialAnswer(watch.partial)
    return options.protocol === 'grpc' ? grpcFailure(error) : httpFailureOf(error)
  })
  try {
    return await Promise.race([whole, failedAttempt(watch), timeout])
  } finally {
    over.abort()
  }
}

const tryAgain = new Set([429, 502, 503, 504])

/** The answer when the exporter would try again after the first HTTP attempt; in all other cases the exporter has the word. */
async function failedAttempt(watch: Watch): Promise<Answer> {
  const end = await watch.firstAttempt
  if (!(end instanceof IncomingMessage)) return httpFailure(end)
  const status = end.statusCode ?? 0
  if (!tryAgain.has(status)) return new Promise(() => {})
  return { kind: 'refused', code: `HTTP ${status}`, message: end.statusMessage ?? '' }
}

function httpFailureOf(error: Error | undefined): Answer {
  const code: unknown = error === undefined ? undefined : Reflect.get(error, 'code')
  if (typeof code === 'number') return { kind: 'refused', code: `HTTP ${code}`, message: error?.message ?? '' }
  return httpFailure(error)
}
