// Made-up OTLP requests of many sizes, each told from all others by its whole content.
import { decodeRequest, encodeRequest, outermost } from '../../core/otlp/codec.ts'
import { type ExportRequest, jsonMessage, protobufBody, protobufMessage } from '../../stack/client/export-request.ts'

/** What the backend does with it when it is there: `poison` is refused for good, `partly` taken but for a record, over `ill` it fails. */
export type Nature = 'plain' | 'poison' | 'partly' | 'ill'

export interface CrashRequest {
  readonly id: number
  readonly nature: Nature
  readonly message: ExportRequest
}

interface Found {
  readonly requests: readonly CrashRequest[]
  readonly strangers: readonly string[]
}

const MAX_FOUND = 20_000

type Draw = (below: number) => number

/** One character in UTF-8 of one, two, three and four bytes, and what JSON escapes. */
const TEXT = ['a', 'z', ' ', 'é', '€', '😀', '"', '\\', '\n', '{', '}', ']', '\u0001']

export class Requests {
  readonly all: CrashRequest[] = []
  readonly #byContent = new Map<string, CrashRequest>()
  readonly #found = new Map<string, Found>()
  readonly #draw: Draw

  constructor(draw: Draw) {
    this.#draw = draw
  }

  make(nature: Nature): CrashRequest {
    const id = this.all.length
    const signal = this.#draw(6) === 0 ? 'metrics' : 'logs'
    const content = signal === 'logs' ? this.#logs(id) : this.#metrics(id)
    const message =
      'scopeLogs' in content && this.#draw(3) === 0
        ? protobufMessage('logs', encodeRequest({ resourceLogs: [content] }))
        : jsonMessage(signal, Buffer.from(JSON.stringify({ [outermost[signal]]: [content] })))
    const request = { id, nature, message }
    this.all.push(request)
    this.#byContent.set(JSON.stringify(content), request)
    return request
  }

  /** The requests whose content a body of JSON holds, and what in it is none that was made. */
  in(json: string): Found {
    const known = this.#found.get(json)
    if (known) return known
    const found = this.#lookUp(json)
    // Many states of a disk hold the same bytes.
    if (this.#found.size < MAX_FOUND) this.#found.set(json, found)
    return found
  }

  #lookUp(json: string): Found {
    const requests: CrashRequest[] = []
    const strangers: string[] = []
    for (const content of contentsOf(JSON.parse(json))) {
      const text = JSON.stringify(content)
      const request = this.#byContent.get(text)
      if (request) requests.push(request)
      else strangers.push(text)
    }
    return { requests, strangers }
  }

  /** As `in`, for a message of either encoding. */
  inMessage(message: ExportRequest): Found {
    if (message.encoding === 'json') return this.in(message.body.toString())
    return this.in(JSON.stringify(decodeRequest(message.signal, protobufBody(message))))
  }

  #logs(id: number) {
    const logRecords = Array.from({ length: 1 + this.#draw(3) }, (_, index) => ({
      timeUnixNano: String(1_795_469_307_047_000_000n + BigInt(id * 10 + index)),
      body: { stringValue: this.#text() },
    }))
    return { scopeLogs: [{ logRecords }] }
  }

  #metrics(id: number) {
    const dataPoints = [
      { timeUnixNano: String(1_795_469_307_047_000_000n + BigInt(id * 10)), asInt: '9007199254740993' },
    ]
    return { scopeMetrics: [{ metrics: [{ name: `m${this.#text()}`, gauge: { dataPoints } }] }] }
  }

  #text(): string {
    const large = this.#draw(12) === 0
    const length = large ? 300 + this.#draw(900) : 1 + this.#draw(24)
    if (large) return (TEXT[this.#draw(TEXT.length)] ?? '').repeat(length / 4)
    return Array.from({ length }, () => TEXT[this.#draw(TEXT.length)]).join('')
  }
}

function contentsOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, list]) =>
    (key === outermost.logs || key === outermost.metrics) && Array.isArray(list) ? list : [],
  )
}
