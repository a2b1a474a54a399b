// Carries out the health checks of a project's containers where the engine does not: Podman leaves them to systemd, and without it a service
// would be "starting" for ever, and what depends on its health would never begin.
import type Docker from 'dockerode'
import { monotonicMs, sleep } from '../../../core/clock.ts'

const LOOK_MS = 250
const NANOSECONDS_A_MS = 1_000_000
/** Of a check that gives none. */
const USUAL_INTERVAL_MS = 30_000
/** Podman's own API, of the oldest version that is driven. */
const API = '/v4.0.0/libpod'

interface Checked {
  readonly intervalMs: number
  dueMs: number
  running: boolean
}

export class HealthChecks implements AsyncDisposable {
  readonly #docker: Docker
  readonly #project: string
  readonly #abort = new AbortController()
  readonly #checked = new Map<string, Checked | null>()
  readonly #done: Promise<void>

  /** Begins at once, with what the project has and what it will have. */
  constructor(docker: Docker, project: string) {
    this.#docker = docker
    this.#project = project
    this.#done = this.#run()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const filters = { label: [`com.docker.compose.project=${this.#project}`], status: ['running'] }
    while (!this.#abort.signal.aborted) {
      // The engine may go away meanwhile; then there is nothing to check.
      const found = await this.#docker.listContainers({ filters }).catch(() => [])
      for (const { Id: id } of found) await this.#look(id)
      await sleep(LOOK_MS, this.#abort.signal, { keepAlive: false }).catch(() => {})
    }
  }

  async #look(id: string): Promise<void> {
    if (!this.#checked.has(id)) this.#checked.set(id, await this.#read(id))
    const checked = this.#checked.get(id)
    if (!checked || checked.running || monotonicMs() < checked.dueMs) return
    checked.running = true
    // The check's verdict is the engine's to keep; a container that has just ended cannot be asked.
    this.#check(id)
      .catch(() => {})
      .finally(() => {
        checked.running = false
        checked.dueMs = monotonicMs() + checked.intervalMs
      })
  }

  /** Null for a container without a check. */
  async #read(id: string): Promise<Checked | null> {
    const container = await this.#docker
      .getContainer(id)
      .inspect()
      .catch(() => undefined)
    const check = container?.Config.Healthcheck
    if (!check?.Test || check.Test.length === 0 || check.Test[0] === 'NONE') return null
    const intervalMs = check.Interval ? check.Interval / NANOSECONDS_A_MS : USUAL_INTERVAL_MS
    return { intervalMs, dueMs: 0, running: false }
  }

  #check(id: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#docker.modem.dial(
        {
          path: `${API}/containers/${id}/healthcheck`,
          method: 'GET',
          abortSignal: this.#abort.signal,
          statusCodes: { 200: true },
        },
        (error) => (error ? reject(error) : resolve()),
      )
    })
  }
}
