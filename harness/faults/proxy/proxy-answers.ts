// What a proxy says in place of the target, and what it leaves out of what it passes on.
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'

/** An answer of the proxy's own. */
export interface ProxyAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const plain = { 'content-type': 'text/plain' }

export const proxyAnswers = {
  loginPage: {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<!doctype html><title>Sign in</title><form><input name="user"><input type="password"></form>\n',
  },
  badRequest: { status: 400, headers: plain, body: 'Ask for an absolute http:// address, or CONNECT.\n' },
  forbidden: { status: 403, headers: plain, body: 'This address is not allowed.\n' },
  wantsPassword: { status: 407, headers: { 'proxy-authenticate': 'Basic realm="proxy"' }, body: 'Who are you?\n' },
  badGateway: { status: 502, headers: plain, body: 'The target does not answer.\n' },
} as const satisfies Record<string, ProxyAnswer>

/** Answers an ordinary request. */
export function answerRequest(request: IncomingMessage, response: ServerResponse, answer: ProxyAnswer): void {
  // What is still being sent is read away: closing on unread bytes would be a reset, which can overtake the answer.
  request.resume()
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) })
  response.end(answer.body)
}

/** Answers CONNECT, for which there is no response object, and closes. */
export function answerConnect(client: Socket, { status, headers, body }: ProxyAnswer): void {
  const all = { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  client.resume().end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`)
}

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
])

/** Without what is between two neighbours only (RFC 9110, 7.6.1). */
export function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = headers.connection?.toLowerCase().split(/\s*,\s*/) ?? []
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.includes(name)))
}
