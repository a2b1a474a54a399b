// A corporate HTTP proxy as a hostile network: it tunnels, forwards, wants a password, answers instead of the target, cuts.

import { once } from 'node:events'
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { answerConnect, answerRequest, endToEnd, type ProxyAnswer, proxyAnswers } from './proxy-answers.ts'
import { openPassage, type Passage, type PassageCounts, type PassageOptions } from './proxy-passage.ts'

/**
 * What is answered: `tunnel` does what is asked (for `users` only, when there are any), `answer-407` always wants another
 * password, `html` is a captive portal (200 with a login page to everything, CONNECT too), `forbid` is 403.
 */
export type ProxyBehaviour = 'tunnel' | 'answer-407' | 'html' | 'forbid'

/** The cuts hold for each tunnel and each forwarded exchange, from when it is opened, and reset both connections. */
export interface ConnectProxyOptions extends PassageOptions {
  /** Who may pass (Basic); without it, everybody. */
  readonly users?: readonly { readonly name: string; readonly password: string }[]
  /** `tunnel` without it. */
  readonly behaviour?: ProxyBehaviour
}

/** Everything since the start. Bytes are what was handed on: all of a tunnel, the bodies of forwarded exchanges. */
export interface ProxyCounts extends PassageCounts {
  /** CONNECT requests, the refused ones too. */
  connects: number
  /** Requests in absolute form that were passed on. */
  forwarded: number
  /** Tunnels that reached their target. */
  tunnelled: number
  refused407: number
  refused403: number
  html: number
  /** Targets that did not answer: 502. */
  unreachable: number
}

export interface ConnectProxy extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** The same with the first user's name and password in it, when there are users. */
  readonly userUrl: string
  counts(): Readonly<ProxyCounts>
  /** Holds for what is asked from now on. Open tunnels stay open, as in life: see `cutOpen`. */
  setBehaviour(behaviour: ProxyBehaviour): void
  /** Cuts tunnels and exchanges that are opened from now on after so many bytes, both ways together; never without a number. */
  setCutAfterBytes(bytes: number | undefined): void
  /** Resets what is open. @returns how many tunnels and exchanges that were */
  cutOpen(): number
}

/** Starts the proxy on a free loopback port. */
export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const proxy = new HostileProxy(options)
  await proxy.listen()
  return proxy
}

class HostileProxy implements ConnectProxy {
  readonly #options: ConnectProxyOptions
  readonly #tokens: readonly string[] | undefined
  readonly #counts: ProxyCounts = {
    connects: 0,
    forwarded: 0,
    tunnelled: 0,
    cut: 0,
    bytesUp: 0,
    bytesDown: 0,
    refused407: 0,
    refused403: 0,
    html: 0,
    unreachable: 0,
  }
  // Straight to the target, whatever this process's own proxy variables say.
  readonly #agent = new Agent()
  readonly #clients = new Set<Socket>()
  readonly #passages = new Set<Passage>()
  readonly #server = createServer((request, response) => this.#forward(request, response))
  #behaviour: ProxyBehaviour
  #cutAfterBytes: number | undefined

  constructor(options: ConnectProxyOptions) {
    this.#options = options
    this.#tokens = options.users?.map(({ name, password }) => Buffer.from(`${name}:${password}`).toString('base64'))
    this.#behaviour = options.behaviour ?? 'tunnel'
    this.#cutAfterBytes = options.cutAfterBytes
    this.#server.on('connect', (request, _client, head) => this.#tunnel(request, request.socket, head))
    this.#server.on('connection', (client) => {
      this.#clients.add(client)
      client.on('error', () => {}).once('close', () => this.#clients.delete(client))
    })
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  get url(): string {
    return `http://${this.#host}`
  }

  get userUrl(): string {
    const user = this.#options.users?.[0]
    if (user === undefined) return this.url
    return `http://${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}@${this.#host}`
  }

  counts(): Readonly<ProxyCounts> {
    return { ...this.#counts }
  }

  setBehaviour(behaviour: ProxyBehaviour): void {
    this.#behaviour = behaviour
  }

  setCutAfterBytes(bytes: number | undefined): void {
    this.#cutAfterBytes = bytes
  }

  cutOpen(): number {
    const open = [...this.#passages]
    for (const passage of open) passage.cut()
    return open.length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const client of this.#clients) client.destroy()
    await closed
  }

  get #host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Where this request may go, or what it is told instead. */
  #judge(request: IncomingMessage, address: string): URL | ProxyAnswer {
    if (this.#behaviour === 'html') {
      this.#counts.html += 1
      return proxyAnswers.loginPage
    }
    if (this.#behaviour === 'forbid') {
      this.#counts.refused403 += 1
      return proxyAnswers.forbidden
    }
    const token = request.headers['proxy-authorization']?.split(' ')[1] ?? ''
    if (this.#behaviour === 'answer-407' || this.#tokens?.includes(token) === false) {
      this.#counts.refused407 += 1
      return proxyAnswers.wantsPassword
    }
    const target = URL.parse(address)
    return target?.protocol === 'http:' ? target : proxyAnswers.badRequest
  }

  #open(closing: Socket | ServerResponse, sockets: () => readonly (Socket | null)[]): Passage {
    const { cutAfterMs } = this.#options
    const limits: PassageOptions = {
      ...(cutAfterMs === undefined ? {} : { cutAfterMs }),
      ...(this.#cutAfterBytes === undefined ? {} : { cutAfterBytes: this.#cutAfterBytes }),
    }
    const passage = openPassage(limits, this.#counts, sockets)
    this.#passages.add(passage)
    closing.once('close', () => {
      this.#passages.delete(passage)
      passage.end()
    })
    return passage
  }

  #tunnel(request: IncomingMessage, client: Socket, head: Buffer): void {
    this.#counts.connects += 1
    const target = this.#judge(request, `http://${request.url}`)
    if (!(target instanceof URL)) {
      answerConnect(client, target)
      return
    }
    const host = target.hostname.replace(/^\[|\]$/g, '')
    const onward = connect({ host, port: Number(target.port || 80), allowHalfOpen: true })
    const unreachable = () => {
      this.#counts.unreachable += 1
      answerConnect(client, proxyAnswers.badGateway)
    }
    onward.once('error', unreachable)
    client.once('close', () => onward.destroy())
    onward.once('connect', () => {
      this.#counts.tunnelled += 1
      onward.off('error', unreachable).on('error', () => client.destroy())
      const passage = this.#open(client, () => [client, onward])
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      if (head.length > 0) client.unshift(head)
      passage.pass(client, onward, 'bytesUp')
      passage.pass(onward, client, 'bytesDown')
    })
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const target = this.#judge(request, request.url ?? '')
    if (!(target instanceof URL)) {
      answerRequest(request, response, target)
      return
    }
    this.#counts.forwarded += 1
    const { method = 'GET' } = request
    const onward = httpRequest(target, { agent: this.#agent, method, headers: endToEnd(request.headers) })
    const passage = this.#open(response, () => [request.socket, onward.socket])
    response.once('close', () => onward.destroy())
    onward.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers))
      answer.once('error', () => response.destroy())
      passage.pass(answer, response, 'bytesDown')
    })
    onward.on('error', () => {
      if (response.headersSent) response.destroy()
      if (response.headersSent || request.socket.destroyed) return
      this.#counts.unreachable += 1
      answerRequest(request, response, proxyAnswers.badGateway)
    })
    passage.pass(request, onward, 'bytesUp')
  }
}
