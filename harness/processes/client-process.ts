// Clients with the buffered exporters, as processes that can be killed, and as emitters that tell what each export was answered.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { stopSignal } from '../../core/cleanup.ts'
import { sleep } from '../../core/clock.ts'
import { UserError } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import type { Answer, Batch, Emitter } from '../../generators/batch.ts'
import type { BufferedExporterOptions } from '../../stack/client/exporter/exporter-options.ts'
import type { ControllableProcess } from '../faults/target.ts'
import type { ClientMessage, Order } from './client-main.ts'

const READY_TIMEOUT_MS = 15_000
const ANSWER_TIMEOUT_MS = 10_000

export type ClientOptions = Omit<BufferedExporterOptions, 'log' | 'disk' | 'sanitizer'> & {
  /** Of the stack behind it: a client hashes identities as the collector does. */
  readonly salt?: string
}

export class ClientProcess implements Emitter, ControllableProcess {
  readonly name = 'buffered exporters'
  /** Lines for the console. */
  readonly said: string[] = []
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #next = 0
  #ready = false
  #parkedBytes: number | undefined

  private constructor(child: ChildProcess) {
    this.#child = child
    child.on('message', (told: ClientMessage) => this.#told(told))
    child.once('exit', () => this.#gone())
    child.on('error', () => this.#gone())
  }

  /** @param env beside what a process needs, for example proxies */
  static async start(
    { salt = '', ...options }: ClientOptions,
    env: Readonly<Record<string, string>> = {},
  ): Promise<ClientProcess> {
    const child = fork(join(import.meta.dirname, 'client-main.ts'), [JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TELEMETRY_HASH_SALT: salt, ...env },
    })
    const client = new ClientProcess(child)
    await until('the client', async () => client.#ready, { timeoutMs: READY_TIMEOUT_MS, signal: stopSignal })
    return client
  }

  async send(batch: Batch): Promise<Answer> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null)
      return { kind: 'refused', code: 'CLIENT_GONE', message: 'the client has ended' }
    const id = this.#next
    this.#next += 1
    const answer = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve))
    this.#order({ kind: 'export', id, request: batch.request })
    return Promise.race([answer, timedOut()])
  }

  /** Bytes in its buffer. */
  get parkedBytes(): number | undefined {
    return this.#parkedBytes
  }

  /** Waits until its buffer is empty. */
  async waitUntilDrained(timeoutMs: number): Promise<void> {
    this.#parkedBytes = undefined
    await until('the delivery of what the client has parked', async () => this.#parkedBytes === 0, {
      timeoutMs,
      signal: stopSignal,
      onTimeout: () => `${this.#parkedBytes} bytes are parked; it said: ${this.said.join(' | ')}`,
    })
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended()
  }

  async pause(): Promise<void> {
    this.#child.kill('SIGSTOP')
  }

  async resume(): Promise<void> {
    this.#child.kill('SIGCONT')
  }

  /** Flushes and ends, as a client does. */
  stop(): Promise<void> {
    return this[Symbol.asyncDispose]()
  }

  /** A client that has ended stays away: the next one takes over what it has left. */
  async start(): Promise<void> {}

  async alive(): Promise<boolean> {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** As `stop`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.connected) this.#order({ kind: 'shutdown' })
    const over = new AbortController()
    const tooLong = sleep(ANSWER_TIMEOUT_MS, over.signal).then(
      () => this.kill(),
      () => {},
    )
    await Promise.race([this.#ended(), tooLong])
    over.abort()
  }

  #order(order: Order): void {
    // Who is gone answers nothing; its exit settles what waits.
    this.#child.send(order, () => {})
  }

  async #ended(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit')
  }

  #told(told: ClientMessage): void {
    if (told.kind === 'ready') this.#ready = true
    if (told.kind === 'said') this.said.push(told.line)
    if (told.kind === 'status') this.#parkedBytes = told.parkedBytes
    if (told.kind !== 'answer') return
    const accepted: Answer = { kind: 'accepted' }
    this.#waiting.get(told.id)?.(
      told.error === null ? accepted : { kind: 'refused', code: 'EXPORT_FAILED', message: told.error },
    )
    this.#waiting.delete(told.id)
  }

  #gone(): void {
    for (const resolve of this.#waiting.values())
      resolve({ kind: 'indeterminate', message: 'the client ended before it answered' })
    this.#waiting.clear()
    if (!this.#ready) throw new UserError('the client ended while starting')
  }
}

async function timedOut(): Promise<Answer> {
  await sleep(ANSWER_TIMEOUT_MS, undefined, { keepAlive: false })
  return { kind: 'indeterminate', message: `no answer after ${ANSWER_TIMEOUT_MS} ms` }
}
