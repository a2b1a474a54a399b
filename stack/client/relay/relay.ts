// The relay: an OTLP endpoint in front of a backend, with the buffer between them, for clients that cannot load one.
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Http2Server, ServerHttp2Session } from 'node:http2'
import { monotonicMs, sleep } from '../../../core/clock.ts'
import { MachineError, messageOf } from '../../../core/errors.ts'
import type { BufferOptions, BufferStatus } from '../buffer/options.ts'
import { OtlpBuffer } from '../buffer/otlp-buffer.ts'
import { type PolicyStatus, standardSanitizer } from '../sanitizer/sanitizer.ts'
import { Admission, type AdmissionCounts } from './admission.ts'
import { grpcRelay } from './grpc-server.ts'
import { httpRelay } from './http-server.ts'

export interface RelayOptions extends BufferOptions {
  /** 127.0.0.1 unless it runs in a container. */
  readonly host: string
  /** 0 takes a free one. */
  readonly grpcPort: number
  readonly httpPort: number
}

export interface RelayStatus extends AdmissionCounts {
  /** Of its process. */
  readonly pid: number
  readonly upMs: number
  readonly memory: { readonly requestsBytes: number; readonly rssBytes: number }
  /** The privacy policy in force, and what it has done. */
  readonly policy: PolicyStatus
  readonly buffer: BufferStatus
}

/** How long requests that are under way may take to end when the relay is stopped. */
const DRAIN_MS = 2_000

export class Relay implements AsyncDisposable {
  /** host:port */
  readonly grpc: string
  /** http://host:port */
  readonly http: string
  /** The one that it began with. */
  readonly policy: PolicyStatus
  readonly #servers: Servers
  readonly #buffer: OtlpBuffer

  private constructor(
    host: string,
    ports: { readonly grpc: number; readonly http: number },
    servers: Servers,
    buffer: OtlpBuffer,
    policy: PolicyStatus,
  ) {
    this.policy = policy
    this.grpc = `${host}:${ports.grpc}`
    this.http = `http://${host}:${ports.http}`
    this.#servers = servers
    this.#buffer = buffer
  }

  /** @throws MachineError when the buffer's directory, a port or the privacy policy cannot be had */
  static async start(options: RelayOptions): Promise<Relay> {
    const { host, grpcPort, httpPort, ...bufferOptions } = options
    const startMs = monotonicMs()
    const sanitizer = options.sanitizer ?? standardSanitizer(process.env, options)
    const buffer = await OtlpBuffer.open({ ...bufferOptions, sanitizer })
    const intake = new Admission(buffer)
    const status = (): RelayStatus => ({
      pid: process.pid,
      upMs: Math.round(monotonicMs() - startMs),
      ...intake.counts,
      // A path is as private as whoever sends to it makes it.
      lastMisdirected: sanitizer.text(intake.counts.lastMisdirected),
      memory: { requestsBytes: intake.memoryBytes, rssBytes: process.memoryUsage.rss() },
      policy: sanitizer.status,
      buffer: buffer.status,
    })
    const servers = new Servers(
      grpcRelay(intake),
      httpRelay(intake, () => ({ healthy: !buffer.full, details: status() })),
    )
    try {
      const ports = await servers.listen(host, { grpc: grpcPort, http: httpPort })
      return new Relay(host, ports, servers, buffer, sanitizer.status)
    } catch (error) {
      await servers.close()
      await buffer[Symbol.asyncDispose]()
      throw error
    }
  }

  get bufferStatus(): BufferStatus {
    return this.#buffer.status
  }

  /** Takes no more requests, answers those that are under way, and leaves on disk what is not delivered. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#servers.close()
    await this.#buffer[Symbol.asyncDispose]()
  }
}

class Servers {
  readonly #grpc: Http2Server
  readonly #http: Server
  readonly #sessions = new Set<ServerHttp2Session>()

  constructor(grpc: Http2Server, http: Server) {
    this.#grpc = grpc
    this.#http = http
    grpc.on('session', (session) => {
      this.#sessions.add(session)
      session.once('close', () => this.#sessions.delete(session))
    })
  }

  async listen(host: string, ports: { grpc: number; http: number }): Promise<{ grpc: number; http: number }> {
    return {
      grpc: await listen(this.#grpc, host, ports.grpc, '--grpc-port'),
      http: await listen(this.#http, host, ports.http, '--http-port'),
    }
  }

  async close(): Promise<void> {
    const ended = [this.#grpc, this.#http].map((server) => new Promise((resolve) => server.close(resolve)))
    for (const session of this.#sessions) session.close()
    this.#http.closeIdleConnections()
    const over = new AbortController()
    await Promise.race([Promise.all(ended), sleep(DRAIN_MS, over.signal).catch(() => {})])
    over.abort()
    for (const session of this.#sessions) session.destroy()
    this.#http.closeAllConnections()
  }
}

async function listen(server: Server | Http2Server, host: string, port: number, flag: string): Promise<number> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    throw new MachineError(
      taken
        ? `port ${port} on ${host} is taken, perhaps by another relay; end what uses it, or choose another with ${flag}`
        : `the relay cannot listen on ${host}:${port}: ${messageOf(error)}`,
    )
  }
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}
