// The transport over HTTP: protobuf as it came, parked JSON as it is in the file.
import { Agent, request as httpRequest, type IncomingMessage, validateHeaderValue } from 'node:http'
import { request as httpsRequest, Agent as SecureAgent } from 'node:https'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { nowMs } from '../../../core/clock.ts'
import { messageOf } from '../../../core/errors.ts'
import type { Signal } from '../../../core/otlp/codec.ts'
import { type ExportRequest, protobufBody } from '../export-request.ts'
import { type HttpResponse, httpAnswer } from './http-answer.ts'
import { type Transport, type TransportAnswer, unsendable } from './transport.ts'

export interface HttpTransportOptions {
  /** The whole URL of each signal: `http://127.0.0.1:4318/v1/logs`. */
  readonly urls: Readonly<Partial<Record<Signal, string>>>
  readonly headers?: () => Promise<Readonly<Record<string, string>>>
  readonly compression?: 'gzip' | 'none'
  /** Makes the agent of the connections, for `http:` or `https:`; one that keeps them alive when absent. */
  readonly agentFactory?: (protocol: string) => Agent | SecureAgent | Promise<Agent | SecureAgent>
}

/** JSON takes more room than protobuf, and a backend limits the size: larger requests go as protobuf. */
const MAX_JSON_BYTES = 1024 * 1024
/** An answer is a few bytes; a page that somebody else sends is not read to its end. */
const MAX_ANSWER_BYTES = 64 * 1024
const compress = promisify(gzip)

export function httpTransport(options: HttpTransportOptions): Transport {
  const [first = ''] = Object.values(options.urls)
  const { agentFactory = keptAlive } = options
  let agent: Promise<Agent | SecureAgent> | undefined
  let onlyProtobuf = false

  async function attempt(message: ExportRequest, timeoutMs: number): Promise<TransportAnswer> {
    const url = options.urls[message.signal]
    if (url === undefined)
      return { kind: 'rejected', code: 'NO_ENDPOINT', message: `there is no endpoint for ${message.signal}` }
    const json = message.encoding === 'json' && !onlyProtobuf && message.body.length <= MAX_JSON_BYTES
    const packed = await pack(message, json, (await options.headers?.()) ?? {})
    if ('kind' in packed) return packed
    agent ??= Promise.resolve(agentFactory(new URL(url).protocol))
    const response = await post(url, { agent: await agent, timeoutMs, ...packed })
    if (response.status === 415 && json) {
      onlyProtobuf = true
      return attempt(message, timeoutMs)
    }
    return httpAnswer(response, nowMs())
  }

  /** The request's bytes and headers; what fails here fails on our side, at every attempt. */
  async function pack(
    message: ExportRequest,
    json: boolean,
    own: Readonly<Record<string, string>>,
  ): Promise<Pick<Post, 'body' | 'headers'> | TransportAnswer> {
    try {
      const plain = json ? message.body : protobufBody(message)
      const zipped = options.compression === 'gzip'
      const headers = {
        ...own,
        'content-type': json ? 'application/json' : 'application/x-protobuf',
        ...(zipped ? { 'content-encoding': 'gzip' } : {}),
      }
      for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value)
      return { body: zipped ? await compress(plain) : plain, headers }
    } catch (error) {
      return unsendable(error)
    }
  }

  return {
    name: withoutPassword(first.replace(/\/v1\/(logs|metrics)$/, '')),
    async send(message, timeoutMs) {
      try {
        return await attempt(message, timeoutMs)
      } catch (error) {
        return { kind: 'retryable', code: codeOf(error), message: messageOf(error) || codeOf(error) }
      }
    },
    async [Symbol.asyncDispose]() {
      ;(await agent)?.destroy()
    },
  }
}

/** A URL as it may be shown. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//')
}

function keptAlive(protocol: string): Agent | SecureAgent {
  return new (protocol === 'https:' ? SecureAgent : Agent)({ keepAlive: true, maxSockets: 64 })
}

interface Post {
  readonly agent: Agent | SecureAgent
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

function post(url: string, { agent, body, headers, timeoutMs }: Post): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? httpsRequest : httpRequest
    const sent = request(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-length': body.length },
      signal: AbortSignal.timeout(timeoutMs),
    })
    sent.once('error', (error) =>
      reject(
        error.name === 'TimeoutError' || error.name === 'AbortError'
          ? new Error(`no answer within ${timeoutMs} ms`)
          : error,
      ),
    )
    sent.once('response', (response) => {
      readAnswer(response).then(resolve, reject)
    })
    sent.end(body)
  })
}

async function readAnswer(response: IncomingMessage): Promise<HttpResponse> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of response) {
    bytes += part.length
    if (bytes <= MAX_ANSWER_BYTES) parts.push(part)
    else response.destroy()
    if (bytes > MAX_ANSWER_BYTES) break
  }
  const { statusCode = 0, headers } = response
  return {
    status: statusCode,
    contentType: headers['content-type'] ?? '',
    retryAfter: headers['retry-after'],
    body: Buffer.concat(parts),
  }
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'NO_ANSWER'
}
