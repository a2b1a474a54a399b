// A process in memory, for tests of faults: it changes its state as it is told, or ignores every signal.
import type { ServiceState } from '../../../stack/runtime/runtime.ts'
import type { ControllableProcess } from '../target.ts'

export class FakeProcess implements ControllableProcess {
  status: ServiceState['status'] = 'running'
  starts = 1
  readonly #deaf: boolean

  /** @param options `deaf`: it ignores every signal */
  constructor({ deaf = false }: { readonly deaf?: boolean } = {}) {
    this.#deaf = deaf
  }

  #become(status: ServiceState['status']): void {
    if (!this.#deaf) this.status = status
  }

  async kill(): Promise<void> {
    this.#become('ended')
  }

  async stop(): Promise<void> {
    this.#become('ended')
  }

  async pause(): Promise<void> {
    this.#become('paused')
  }

  async resume(): Promise<void> {
    this.#become('running')
  }

  async start(): Promise<void> {
    if (this.status !== 'ended') return
    this.starts += 1
    this.status = 'running'
  }

  async alive(): Promise<boolean> {
    return this.status !== 'ended'
  }

  async state(): Promise<ServiceState> {
    return { status: this.status, instance: `process ${this.starts}` }
  }
}
