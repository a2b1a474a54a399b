// A relay as a process of its own in front of a stack: with handles to break it, as every service has.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopSignal } from '../../core/cleanup.ts'
import { UserError } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import { freePort } from '../../core/ports.ts'
import type { RunningProcess } from '../../core/process.ts'
import { relayLaunch } from '../../stack/client/relay/launch.ts'
import type { RelayStatus } from '../../stack/client/relay/relay.ts'
import { readRelayStatus } from '../../stack/client/relay/status.ts'
import { EmbeddedService } from '../../stack/runtime/embedded/service.ts'
import { Registration } from '../../stack/runtime/running-stacks.ts'
import type { ServiceState, Usage } from '../../stack/runtime/runtime.ts'
import type { ClockedProcess, ControllableProcess } from '../faults/target.ts'

const READY_TIMEOUT_MS = 15_000
const STATUS_TIMEOUT_MS = 5_000
const STOP_TIMEOUT_MS = 10_000

export interface RelayProcessOptions {
  /** Whose relay it is. */
  readonly stackDirectory: string
  /** `http://host:port` or `grpc://host:port` */
  readonly backend: string
  /** Of the stack behind it. Without it, identities are removed. */
  readonly salt?: string
  readonly retryBaseMs: number
  readonly parkedRetryMs?: number
  readonly maxDisk?: string
  /** A directory of its own when absent, removed at the end. */
  readonly directory?: string
  /** A program that the relay runs under, with its arguments, given the buffer's directory. */
  readonly under?: (directory: string) => readonly string[]
}

export class RelayProcess implements ControllableProcess, ClockedProcess, AsyncDisposable {
  /** host:port */
  readonly grpc: string
  /** http://host:port */
  readonly http: string
  readonly directory: string
  readonly #options: RelayProcessOptions
  readonly #room: string
  readonly #registration: Registration
  #service: EmbeddedService
  #clockOffsetMs = 0

  private constructor(options: RelayProcessOptions, place: Place) {
    this.#options = options
    this.#room = place.room
    this.#registration = place.registration
    this.directory = options.directory ?? join(place.room, 'buffer')
    this.grpc = `127.0.0.1:${place.grpcPort}`
    this.http = `http://127.0.0.1:${place.httpPort}`
    this.#service = this.#makeService()
  }

  static async start(options: RelayProcessOptions): Promise<RelayProcess> {
    const room = await mkdtemp(join(tmpdir(), 'telemetry-proof-relay-'))
    const registration = await Registration.open(`${process.pid}-${room.slice(-6)}`)
    await registration.addDirectory(room)
    const relay = new RelayProcess(options, {
      room,
      registration,
      grpcPort: await freePort(),
      httpPort: await freePort(),
    })
    try {
      await relay.start()
    } catch (error) {
      await relay[Symbol.asyncDispose]()
      throw error
    }
    return relay
  }

  /** Restarts it with a clock of its own that is off by so much. */
  async jumpClock(offsetMs: number): Promise<void> {
    await this.stop()
    this.#clockOffsetMs = offsetMs
    this.#service = this.#makeService()
    await this.start()
  }

  /** The times in the names of its parked files. */
  async fileTimesMs(): Promise<readonly number[]> {
    return (await this.files('parked')).map((name) => Number(name.split('-')[1]))
  }

  start(): Promise<void> {
    return this.#service.start()
  }

  kill(): Promise<void> {
    return this.#service.kill()
  }

  pause(): Promise<void> {
    return this.#service.pause()
  }

  resume(): Promise<void> {
    return this.#service.resume()
  }

  stop(): Promise<void> {
    return this.#service.stop()
  }

  alive(): Promise<boolean> {
    return this.#service.alive()
  }

  state(): Promise<ServiceState> {
    return this.#service.state()
  }

  usage(): Promise<Usage | undefined> {
    return this.#service.usage()
  }

  logs(lines: number): Promise<string[]> {
    return this.#service.logs(lines)
  }

  async status(): Promise<RelayStatus> {
    return await readRelayStatus(this.http, STATUS_TIMEOUT_MS)
  }

  /** The names of the buffer's files of one kind. */
  async files(kind: string): Promise<string[]> {
    return (await readdir(this.directory)).filter((name) => name.startsWith(`${kind}-`)).sort()
  }

  /** Waits until nothing is parked any more. @throws UserError when it takes too long */
  async waitUntilDrained(timeoutMs: number): Promise<void> {
    await until('the delivery of what the relay has parked', async () => (await this.status()).buffer.mode === 'live', {
      timeoutMs,
      signal: stopSignal,
      intervalMs: 40,
      onTimeout: async () => {
        if (!(await this.alive())) return `the relay has ended: ${(await this.logs(12)).join(' | ')}`
        return JSON.stringify((await this.status().catch(() => undefined))?.buffer)
      },
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.#room, { recursive: true, force: true, maxRetries: 5 })
    await this.#registration[Symbol.asyncDispose]()
  }

  #makeService(): EmbeddedService {
    const {
      stackDirectory,
      backend,
      retryBaseMs,
      parkedRetryMs = 1_000,
      maxDisk = '4G',
      under,
      salt = '',
    } = this.#options
    const { command, args, env } = relayLaunch(stackDirectory, [
      ...['--backend', backend, '--dir', this.directory, '--max-disk', maxDisk],
      ...['--retry-base', String(retryBaseMs), '--parked-retry', String(parkedRetryMs)],
      ...['--grpc-port', portOf(this.grpc), '--http-port', portOf(this.http)],
    ])
    const [program = command, ...rest] = [
      ...(under?.(this.directory) ?? []),
      command,
      ...clockFlags(this.#clockOffsetMs),
      ...args,
    ]
    const logFile = join(this.#room, 'relay.log')
    return new EmbeddedService({
      name: 'relay',
      logFile,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: STOP_TIMEOUT_MS,
      process: {
        command: program,
        args: rest,
        logFile,
        env: { ...plainEnvironment(), ...env, TELEMETRY_HASH_SALT: salt },
      },
      ready: (child) => this.#answers(child),
      onStart: (pid) => this.#registration.addProcess(pid, 'relay'),
    })
  }

  async #answers(child: RunningProcess): Promise<void> {
    const state = await until(
      `the relay on ${this.http}`,
      async () => {
        if (!child.alive()) return 'ended' as const
        return (await fetch(`${this.http}/status`, { signal: AbortSignal.timeout(2_000) })).ok && ('ready' as const)
      },
      { timeoutMs: READY_TIMEOUT_MS, signal: stopSignal },
    )
    if (state === 'ended') throw new UserError('the relay ended while starting')
  }
}

interface Place {
  readonly room: string
  readonly registration: Registration
  readonly grpcPort: number
  readonly httpPort: number
}

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(':') + 1)
}

function plainEnvironment(): Record<string, string> {
  return Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR'].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** Flags of Node that shift what `Date` says. */
function clockFlags(offsetMs: number): string[] {
  if (offsetMs === 0) return []
  const code = `const now = Date.now.bind(Date); Date.now = () => now() + (${offsetMs})`
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`]
}
