// Looks at everything that a soak watches: components, backlog, disk and parts. What does not answer in time is told as not known.
import { statfs } from 'node:fs/promises'
import { monotonicMs } from '../../core/clock.ts'
import type { Database } from '../../stack/clickhouse/database.ts'
import type { ServiceState, Stack, Usage } from '../../stack/runtime/runtime.ts'
import { readCollector } from '../experiment/collector-metrics.ts'
import type { ComponentSample, SoakSample } from '../judge/soak/sample.ts'
import type { RelayProcess } from '../processes/relay-process.ts'

/** What the sender knows of itself. */
export interface SentSoFar {
  /** Milliseconds of sending since the soak began. */
  readonly atMs: number
  readonly part: number
  readonly sent: number
  readonly acknowledged: number
  readonly latenessMs: number
  readonly inFlight: number
}

export interface Watched {
  readonly stack: Stack
  readonly relay: RelayProcess
  /** As the administrator: it sees the parts. */
  readonly admin: Database
  /** Of the disk that is looked at. */
  readonly directory: string
}

/** A process or container that can be asked for its use. */
interface Measurable {
  alive(): Promise<boolean>
  state(): Promise<ServiceState>
  usage(): Promise<Usage | undefined>
}

const PARTS = `SELECT toUInt32(sum(each)) AS parts, toUInt32(max(each)) AS mostParts, toFloat64(sum(bytes)) AS diskUsedBytes
  FROM (SELECT count() AS each, sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = {database:String} GROUP BY table, partition)`

export class SoakSampler {
  readonly #watched: Watched
  #before: { readonly sent: number; readonly atMs: number; readonly part: number } | undefined
  #cpu = process.cpuUsage()
  #cpuMs = monotonicMs()
  readonly #last = new Map<string, ComponentSample>()

  constructor(watched: Watched) {
    this.#watched = watched
  }

  async take(soFar: SentSoFar): Promise<SoakSample> {
    const { stack, relay, admin, directory } = this.#watched
    const [backlog, parts, disk, relayUse, collectorUse, clickhouseUse] = await Promise.all([
      this.#backlog(),
      admin
        .rows<{ parts: number; mostParts: number; diskUsedBytes: number }>(PARTS, { database: stack.database })
        .catch(() => []),
      statfs(directory),
      this.#use('relay', relay),
      this.#use('otel-collector', stack.service('otel-collector')),
      this.#use('clickhouse', stack.service('clickhouse')),
    ])
    const before = this.#before
    const tookMs = soFar.atMs - (before?.atMs ?? 0)
    this.#before = soFar
    return {
      ...soFar,
      rate: before === undefined || tookMs <= 0 ? 0 : (Math.max(0, soFar.sent - before.sent) / tookMs) * 1000,
      backlog,
      diskFreeBytes: disk.bavail * disk.bsize,
      ...(parts[0] ?? { parts: null, mostParts: null, diskUsedBytes: null }),
      components: {
        harness: this.#own(),
        relay: relayUse,
        'otel-collector': collectorUse,
        clickhouse: clickhouseUse,
      },
    }
  }

  /** Null where one of the two does not tell. */
  async #backlog(): Promise<number | null> {
    const [status, collector] = await Promise.all([
      this.#watched.relay.status().catch(() => undefined),
      readCollector(this.#watched.stack),
    ])
    if (status === undefined || collector?.queued === undefined) return null
    return status.buffer.parked.events + status.buffer.inMemoryEvents + collector.queued
  }

  /** One that lives and could not be measured now is as it was. */
  async #use(name: string, service: Measurable): Promise<ComponentSample | null> {
    if (!(await service.alive().catch(() => false))) return null
    const [usage, state] = await Promise.all([service.usage(), service.state()])
    if (usage === undefined) return this.#last.get(name) ?? null
    const sample = { ...usage, instance: state.instance }
    this.#last.set(name, sample)
    return sample
  }

  #own(): ComponentSample {
    const nowMs = monotonicMs()
    const { user, system } = process.cpuUsage(this.#cpu)
    const cpuCores = (user + system) / 1000 / Math.max(1, nowMs - this.#cpuMs)
    this.#cpu = process.cpuUsage()
    this.#cpuMs = nowMs
    return { cpuCores, memoryBytes: process.memoryUsage.rss(), instance: `process ${process.pid}` }
  }
}
