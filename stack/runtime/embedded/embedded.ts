// The embedded runtime: the services of compose.yaml as child processes on loopback ports, without a container engine.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { atExit } from '../../../core/cleanup.ts'
import { UserError } from '../../../core/errors.ts'
import { freePort } from '../../../core/ports.ts'
import { readYamlFile } from '../../../core/yaml-file.ts'
import { applyPolicy } from '../../policy/layers/apply.ts'
import { type ComposeFile, type ComposeService, readComposeFile } from '../compose-file.ts'
import { endpointsOf, passwordsOf } from '../endpoints.ts'
import { requireFixedPorts } from '../fixed-ports.ts'
import { FAULTY_CLICKHOUSE_LINK } from '../links.ts'
import { migrateAs } from '../migrate.ts'
import { retentionDaysOf } from '../retention.ts'
import { Registration, removeOrphans } from '../running-stacks.ts'
import {
  type Component,
  type Progress,
  type ServiceHandle,
  type ServiceName,
  type Stack,
  type StackOptions,
  servicesOf,
} from '../runtime.ts'
import { makeSecrets } from '../secrets.ts'
import type { HostPort } from './addresses.ts'
import { discardIfDamaged } from './cache.ts'
import { launchOfClickhouse } from './clickhouse-service.ts'
import { launchOfCollector } from './collector-service.ts'
import { requireWays } from './components.ts'
import type { Launch, Placement } from './launch.ts'
import { EmbeddedService } from './service.ts'
import { launchOfToxiproxy } from './toxiproxy-service.ts'

/** Starts the stack. @throws UserError when a file is wrong, a port is taken, or a component does not come up */
export async function startEmbedded(options: StackOptions): Promise<Stack> {
  const progress = options.progress ?? (() => {})
  for (const line of await removeOrphans()) progress(line)
  if (await applyPolicy(options.stackDirectory)) progress('policy compiled: stack/collector/sanitization.yaml is new')
  const starting = new EmbeddedStack(options)
  try {
    return await starting.start(progress)
  } catch (error) {
    await starting[Symbol.asyncDispose]()
    throw error
  }
}

class EmbeddedStack implements Stack {
  readonly kind = 'embedded'
  readonly database = 'telemetry'
  readonly #options: StackOptions
  readonly #secrets = makeSecrets()
  readonly #handles = new Map<ServiceName, EmbeddedService>()
  readonly #components: Component[] = []
  #compose: ComposeFile = { services: new Map() }
  #ports: Map<string, Map<number, HostPort>> = new Map()
  #directory = ''
  #registration: Registration | undefined
  #atExit: Disposable | undefined
  #isOver = false

  constructor(options: StackOptions) {
    this.#options = options
  }

  async start(progress: Progress): Promise<Stack> {
    this.#atExit = atExit(() => this[Symbol.asyncDispose]())
    this.#compose = await readComposeFile(
      join(this.#options.stackDirectory, 'compose.yaml'),
      'stack/compose.yaml',
      this.#variables(),
    )
    await this.#checkCollectorFiles()
    // Before anything starts, or is installed.
    await requireWays(this.#options)
    retentionDaysOf(this.#variables().TELEMETRY_RETENTION_DAYS)
    this.#directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-'))
    this.#registration = await Registration.open(`${process.pid}-${this.#directory.slice(-6)}`, {
      daily: this.#options.daily === true,
    })
    await this.#registration.addDirectory(this.#directory)
    const wanted = servicesOf(this.#options)
    if (this.#options.faults) wanted.push('toxiproxy')
    if (this.#options.ports === 'fixed') await requireFixedPorts(wanted.map((name) => this.#require(name)))
    for (const name of wanted) await this.#allocatePorts(this.#require(name))
    const placed = (name: ServiceName) => this.#placement(name, progress)
    if (this.#options.faults) await this.#launch(await this.#unlessOver(launchOfToxiproxy(placed('toxiproxy'))))
    if (this.#options.shape === 'metrics') {
      await this.#launch(
        await this.#unlessOver(launchOfCollector(placed('metrics-collector'), this.endpoints.otlpHttp)),
      )
    } else if (this.#options.shape === 'database') {
      await this.#startDatabase(await this.#unlessOver(launchOfClickhouse(placed('clickhouse'))), progress)
    } else {
      await this.#startTogether(
        await this.#unlessOver(launchOfClickhouse(placed('clickhouse'))),
        await this.#unlessOver(launchOfCollector(placed('otel-collector'), this.endpoints.otlpHttp)),
        progress,
      )
    }
    return this
  }
  get endpoints() {
    return endpointsOf((service, port) => {
      const found = this.#ports.get(service)?.get(port)
      return found ? `${found.address}:${found.port}` : ''
    }, this.#options)
  }

  get passwords() {
    return passwordsOf(this.#variables())
  }

  get salt(): string {
    return this.#variables().TELEMETRY_HASH_SALT ?? ''
  }

  get components() {
    return this.#components
  }

  get limits() {
    return [...this.#handles.keys()].map((name) => {
      const service = this.#require(name)
      return { service: name, cpuCores: service.cpuLimit, memoryBytes: service.memoryLimitBytes, enforced: false }
    })
  }

  service(name: ServiceName): ServiceHandle {
    const handle = this.#handles.get(name)
    if (!handle) throw new UserError(`this stack runs no ${name}`)
    return handle
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#atExit?.[Symbol.dispose]()
    this.#isOver = true
    // The collector first: what it holds can still be written.
    for (const name of ['otel-collector', 'metrics-collector', 'toxiproxy', 'clickhouse'] as const)
      await this.#handles.get(name)?.stop()
    if (this.#directory !== '') await rm(this.#directory, { recursive: true, force: true, maxRetries: 5 })
    await this.#registration?.[Symbol.asyncDispose]()
    this.#registration = undefined
  }

  /** What fills compose.yaml's variables: the caller's, with secrets made for this stack where none are given. */
  #variables(): Record<string, string> {
    const link = this.#options.faults ? { CLICKHOUSE_LINK: FAULTY_CLICKHOUSE_LINK } : {}
    return { ...this.#secrets, ...link, ...this.#options.variables }
  }

  #require(name: string): ComposeService {
    const service = this.#compose.services.get(name)
    if (!service) throw new UserError(`stack/compose.yaml defines no service ${name}`)
    return service
  }

  #placement(name: ServiceName, progress: Progress): Placement {
    return {
      name,
      service: this.#require(name),
      ports: this.#ports,
      directory: this.#directory,
      logDirectory: this.#options.logDirectory ?? this.#directory,
      // ClickHouse syncs directories by a path that it takes for absolute.
      dataDirectory: resolve(this.#options.dataDirectory ?? join(this.#directory, 'data')),
      stackDirectory: this.#options.stackDirectory,
      progress,
    }
  }

  async #checkCollectorFiles(): Promise<void> {
    // What is compiled from the policy has just been held against it.
    for (const name of ['config.yaml', 'config.prometheus.yaml']) {
      await readYamlFile(
        join(this.#options.stackDirectory, 'collector', name),
        `stack/collector/${name}`,
        z.looseObject({}),
      )
    }
  }

  async #allocatePorts(service: ComposeService): Promise<void> {
    const ports = new Map<number, HostPort>()
    for (const published of service.ports) {
      const port = this.#options.ports === 'free' ? await freePort() : published.hostPort
      ports.set(published.containerPort, { address: published.hostAddress, port })
    }
    this.#ports.set(service.name, ports)
  }

  #migrate(): Promise<void> {
    return migrateAs(this.#require('clickhouse-migrate'), this.endpoints.clickhouseHttp)
  }

  async #startDatabase(clickhouse: Launch, progress: Progress): Promise<void> {
    await this.#launch(clickhouse)
    progress('applying the schema')
    await this.#migrate()
  }

  /** Reading its policy takes the collector as long as ClickHouse needs to start and to apply the schema. */
  async #startTogether(clickhouse: Launch, collector: Launch, progress: Progress): Promise<void> {
    let isSchemaThere = false
    let wasEarly = false
    const database = this.#startDatabase(clickhouse, progress).then(() => {
      isSchemaThere = true
    })
    const pipeline = this.#launch(collector).then(() => {
      wasEarly = !isSchemaThere
    })
    const failed = (await Promise.allSettled([database, pipeline])).find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
    // Its exporters look at the tables once, when they start.
    if (wasEarly) {
      const handle = this.#handles.get(collector.plan.name)
      await handle?.stop()
      await handle?.start()
    }
  }

  /** A signal may end the stack while files for a service are written: what comes after that is removed too. */
  async #unlessOver(prepared: Promise<Launch>): Promise<Launch> {
    const launch = await prepared
    if (!this.#isOver) return launch
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 5 })
    throw new UserError('the stack was ended while it was started')
  }

  async #launch({ executable, component, plan, explain }: Launch): Promise<void> {
    this.#components.push(component)
    const onStart = async (pid: number) => await this.#registration?.addProcess(pid, plan.name)
    const handle = new EmbeddedService({ ...plan, onStart })
    this.#handles.set(plan.name, handle)
    try {
      await handle.start()
    } catch (error) {
      const isDamaged = executable.cached && (await discardIfDamaged(executable.path))
      const cause = isDamaged
        ? new UserError(
            `the cached ${plan.name} was damaged and has been removed; run the command again, it will be made anew`,
          )
        : error
      throw explain ? await explain(cause) : cause
    }
  }
}
