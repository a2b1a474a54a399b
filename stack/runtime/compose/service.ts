// A service of the container runtime: one container of the compose project, driven through the engine's API.
import { Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type Docker from 'dockerode'
import { z } from 'zod'
import { monotonicMs } from '../../../core/clock.ts'
import { messageOf, UserError } from '../../../core/errors.ts'
import type { ServiceHandle, ServiceName, ServiceState, Usage } from '../runtime.ts'

const NANOSECONDS_A_MS = 1_000_000

export interface ContainerPlan {
  readonly name: ServiceName
  readonly container: Docker.Container
  /** Resolves when it is ready; must give up when `alive` says that it has ended. */
  readonly ready: (alive: () => Promise<boolean>) => Promise<void>
}

export class ContainerService implements ServiceHandle {
  readonly name: ServiceName
  readonly logFiles: readonly string[] = []
  readonly #plan: ContainerPlan
  #measured: { readonly atMs: number; readonly cpuNanoseconds: number } | undefined

  constructor(plan: ContainerPlan) {
    this.name = plan.name
    this.#plan = plan
  }

  /** Waits until it is ready after the project's start. @throws UserError with its last log lines */
  async ready(): Promise<void> {
    try {
      // One that the engine has had to start again has not come up.
      await this.#plan.ready(async () => {
        const { State: state, RestartCount: restarts } = await this.#plan.container.inspect()
        return isUp(state) && restarts === 0
      })
    } catch (error) {
      const last = (await this.logs(60)).slice(-8).join('\n    ')
      const { State: state } = await this.#plan.container.inspect()
      const what = isUp(state)
        ? messageOf(error)
        : `ended with code ${state.ExitCode}${state.OOMKilled ? ' (out of memory)' : ''} while starting`
      throw new UserError(`${this.name} ${what}; its last log lines:\n    ${last}`)
    }
  }

  async start(): Promise<void> {
    if (await this.alive()) return
    await this.#plan.container.start()
    await this.ready()
  }

  async kill(): Promise<void> {
    if (!(await this.alive())) return
    await this.#plan.container.kill({ signal: 'SIGKILL' })
    await this.#plan.container.wait()
  }

  async pause(): Promise<void> {
    await this.#plan.container.pause()
  }

  async resume(): Promise<void> {
    await this.#plan.container.unpause()
  }

  async stop(): Promise<void> {
    const { State: state } = await this.#plan.container.inspect()
    // A paused container takes no signal before it goes on.
    if (state.Paused) await this.resume()
    // Without a time the engine takes compose.yaml's stop_grace_period, then kills.
    if (state.Running) await this.#plan.container.stop()
  }

  async alive(): Promise<boolean> {
    return isUp((await this.#plan.container.inspect()).State)
  }

  async state(): Promise<ServiceState> {
    const { State: state } = await this.#plan.container.inspect()
    const status = state.Paused ? 'paused' : isUp(state) ? 'running' : 'ended'
    return { status, instance: `container started at ${state.StartedAt}` }
  }

  async logs(lines: number): Promise<string[]> {
    const multiplexed = await this.#plan.container.logs({ follow: false, stdout: true, stderr: true, tail: lines })
    let text = ''
    const sink = new Writable({
      write(chunk, _encoding, done) {
        text += String(chunk)
        done()
      },
    })
    const stream = Readable.from([multiplexed])
    this.#plan.container.modem.demuxStream(stream, sink, sink)
    await finished(stream)
    return text.trimEnd().split('\n').slice(-lines)
  }

  async usage(): Promise<Usage | undefined> {
    if (!(await this.alive())) return undefined
    const stats = await this.#plan.container.stats({ stream: false, 'one-shot': true }).catch(() => undefined)
    if (stats === undefined || stats.memory_stats.usage === undefined) return undefined
    const now = { atMs: monotonicMs(), cpuNanoseconds: stats.cpu_stats.cpu_usage.total_usage }
    const before = this.#measured
    this.#measured = now
    const cpuCores = before
      ? (now.cpuNanoseconds - before.cpuNanoseconds) / NANOSECONDS_A_MS / Math.max(now.atMs - before.atMs, 1)
      : 0
    // As `docker stats` counts: what the page cache may give back at any time is not in use (cgroup v1 and v2 name it differently).
    const detail = z.record(z.string(), z.number()).safeParse(stats.memory_stats.stats).data ?? {}
    const cached = detail.total_inactive_file ?? detail.inactive_file ?? 0
    return { cpuCores: Math.max(cpuCores, 0), memoryBytes: Math.max(stats.memory_stats.usage - cached, 0) }
  }
}

/** While the engine waits to start it again, it calls it running too. */
function isUp(state: { readonly Running: boolean; readonly Restarting: boolean }): boolean {
  return state.Running && !state.Restarting
}
