// One POST with the framing that was asked for: Content-Length or chunked.
import { type Agent, type IncomingMessage, request } from 'node:http'
import type { HttpResponse } from './answers.ts'

export type Framing = 'length' | 'chunked'

export interface HttpPost {
  /** For example `http://127.0.0.1:4318/v1/logs`. */
  readonly url: URL
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly framing: Framing
  /** For the whole exchange. */
  readonly timeoutMs: number
  readonly agent?: Agent
}

const chunkBytes = 16 * 1024

/**
 * Sends the body once, as it is, and reads the whole answer; any status is an answer.
 * @throws Error of node:http when the connection fails or breaks; `AbortError` when time runs out
 */
export function httpPost(post: HttpPost): Promise<HttpResponse> {
  const framing =
    post.framing === 'length' ? { 'content-length': String(post.body.length) } : { 'transfer-encoding': 'chunked' }
  const headers = { ...post.headers, ...framing }
  const signal = AbortSignal.timeout(post.timeoutMs)
  return new Promise((resolve, reject) => {
    const agent = post.agent === undefined ? {} : { agent: post.agent }
    const sent = request(post.url, { method: 'POST', headers, signal, ...agent }, (response) => {
      readResponse(response).then(resolve, reject)
    })
    // A server may answer and close before it has read everything: an answer that came first wins over the error.
    sent.on('error', reject)
    if (post.framing === 'length') sent.end(post.body)
    else {
      for (let at = 0; at < post.body.length; at += chunkBytes) sent.write(post.body.subarray(at, at + chunkBytes))
      sent.end()
    }
  })
}

async function readResponse(response: IncomingMessage): Promise<HttpResponse> {
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part)
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    body: Buffer.concat(parts),
  }
}
