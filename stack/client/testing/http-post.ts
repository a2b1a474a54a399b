// An HTTP request with exactly the body and the headers that a test says, and its answer.
import { once } from 'node:events'
import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface HttpReply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface PostOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Without content-length. */
  readonly chunked?: boolean
}

export const protobuf = { 'content-type': 'application/x-protobuf' }
export const json = { 'content-type': 'application/json' }

/** Rejects when the connection ends without an answer. */
export async function post(url: string, body: Buffer, options: PostOptions = {}): Promise<HttpReply> {
  const length = options.chunked ? {} : { 'content-length': String(body.length) }
  const { headers = protobuf } = options
  const sent = begin(url, { ...options, headers: { ...headers, ...length } })
  const answered = replyTo(sent)
  // In parts, as a client that has not all of it yet.
  if (options.chunked) for (let at = 0; at < body.length; at += 64 * 1024) sent.write(body.subarray(at, at + 64 * 1024))
  sent.end(options.chunked ? undefined : body)
  return answered
}

/** A request whose body the test writes. */
export function begin(url: string, { method = 'POST', headers = protobuf }: PostOptions = {}): ClientRequest {
  // A connection of its own.
  return request(url, { method, headers, agent: false })
}

export async function replyTo(sent: ClientRequest): Promise<HttpReply> {
  const [response]: IncomingMessage[] = await once(sent, 'response')
  if (response === undefined) throw new Error('no response')
  // What the other end leaves unread breaks the rest of the sending; the answer is there.
  sent.on('error', () => {})
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) }
}

export async function get(url: string): Promise<HttpReply> {
  const sent = begin(url, { method: 'GET', headers: {} })
  sent.end()
  return replyTo(sent)
}
