// The embedded runtime: the services of compose.yaml as child processes on loopback ports, without a container engine.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { atExit, stopSignal } from '../../../core/cleanup.ts'
import { ExitCode, messageOf, UserError } from '../../../core/errors.ts'
import { until } from '../../../core/poll.ts'
import { freePort } from '../../../core/ports.ts'
import type { RunningProcess } from '../../../core/process.ts'
import { readYamlFile } from '../../../core/yaml-file.ts'
import { applyPolicy } from '../../policy/apply.ts'
import { type ComposeFile, type ComposeService, readComposeFile } from '../compose-file.ts'
import { endpointsOf, passwordsOf } from '../endpoints.ts'
import { requireFixedPorts } from '../fixed-ports.ts'
import { FAULTY_CLICKHOUSE_LINK, linksStand } from '../links.ts'
import { migrate } from '../migrate.ts'
import { pipelineAccepts } from '../probe.ts'
import { Registration, removeOrphans } from '../running-stacks.ts'
import type { Component, ServiceHandle, ServiceName, Stack, StackOptions } from '../runtime.ts'
import { makeSecrets } from '../secrets.ts'
import { type HostPort, hostPath, translateEnvironment, translatePaths } from './addresses.ts'
import { discardIfDamaged } from './cache.ts'
import { writeClickhouseConfig } from './clickhouse-config.ts'
import { explainCollectorFailure } from './collector-failure.ts'
import { resolveClickhouse, resolveCollector, resolveToxiproxy } from './components.ts'
import type { Executable } from './executable.ts'
import { EmbeddedService } from './service.ts'
import { toxiproxyArguments } from './toxiproxy-command.ts'

const READY_TIMEOUT_MS = 60_000

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

  constructor(options: StackOptions) {
    this.#options = options
  }

  async start(progress: (message: string) => void): Promise<Stack> {
    this.#atExit = atExit(() => this[Symbol.asyncDispose]())
    this.#compose = await readComposeFile(
      join(this.#options.stackDirectory, 'compose.yaml'),
      'stack/compose.yaml',
      this.#variables(),
    )
    await this.#checkCollectorFiles()
    this.#directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-'))
    this.#registration = await Registration.open(`${process.pid}-${this.#directory.slice(-6)}`)
    await this.#registration.addDirectory(this.#directory)

    const wanted: ServiceName[] =
      this.#options.shape === 'metrics' ? ['metrics-collector'] : ['clickhouse', 'otel-collector']
    if (this.#options.faults) wanted.push('toxiproxy')
    if (this.#options.ports === 'fixed') await requireFixedPorts(wanted.map((name) => this.#require(name)))
    for (const name of wanted) await this.#allocatePorts(this.#require(name))
    if (this.#options.faults) await this.#startToxiproxy(progress)
    if (this.#options.shape === 'metrics') {
      await this.#startCollector('metrics-collector', progress)
    } else {
      await this.#startClickhouse(progress)
      progress('applying the schema')
      await this.#migrate()
      await this.#startCollector('otel-collector', progress)
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

  get #dataDirectory(): string {
    return this.#options.dataDirectory ?? join(this.#directory, 'data')
  }

  async #checkCollectorFiles(): Promise<void> {
    for (const name of ['config.yaml', 'config.prometheus.yaml', 'sanitization.yaml']) {
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

  async #startClickhouse(progress: (message: string) => void): Promise<void> {
    const service = this.#require('clickhouse')
    const executable = await resolveClickhouse(progress)
    this.#components.push({ name: 'clickhouse', version: executable.version, source: executable.source })
    progress('starting ClickHouse')
    const data = service.mounts.find((mount) => mount.target === '/var/lib/clickhouse')
    if (!data) throw new UserError('stack/compose.yaml: services.clickhouse mounts no volume at /var/lib/clickhouse')
    const dataDirectory = hostPath(data, this.#dataDirectory)
    await mkdir(dataDirectory, { recursive: true })
    const logFile = join(this.#directory, 'clickhouse.log')
    const http = this.#port('clickhouse', 8123)
    const configDirectory = join(this.#directory, 'clickhouse')
    const library = /\.(so|dylib)$/.test(executable.path)
    const native = this.#port('clickhouse', 9000)
    // The library cannot stand a connection that is reset, which a collector that is killed does to it too.
    const engine = library ? { ...native, port: await freePort() } : native
    const config = await writeClickhouseConfig({ service, http, native: engine, dataDirectory, configDirectory })
    const host = [join(import.meta.dirname, 'clickhouse-host.ts'), executable.path, config, dataDirectory]
    await this.#launch(executable, {
      name: 'clickhouse',
      process: {
        command: library ? process.execPath : executable.path,
        args: library ? ['--import', frontUrl(native, engine), ...host] : ['server', `--config-file=${config}`],
        env: { ...inherited(), ...translateEnvironment(service, this.#ports, this.#dataDirectory), TZ: 'UTC' },
        cwd: this.#directory,
        logFile,
      },
      logFile,
      ready: (child) => this.#answers(child, 'ClickHouse', `http://${http.address}:${http.port}/ping`),
      // The engine runs inside the blocked thread of its host; what was acknowledged is on disk.
      stopSignal: 'SIGKILL',
      stopTimeoutMs: 5_000,
      onStart: (pid) => this.#registration?.addProcess(pid) ?? Promise.resolve(),
    }).catch((error: unknown) => {
      // What runs are links to the stack's files: name the files that people edit.
      const own = messageOf(error).replaceAll(configDirectory, 'stack/clickhouse')
      throw new UserError(own, error instanceof UserError ? error.exitCode : ExitCode.fail)
    })
  }

  async #migrate(): Promise<void> {
    const service = this.#require('clickhouse-migrate')
    const schema = service.mounts.find((mount) => mount.target === '/schema')
    if (!schema) throw new UserError('stack/compose.yaml: services.clickhouse-migrate mounts nothing at /schema')
    await migrate(schema.source, {
      url: this.endpoints.clickhouseHttp,
      user: service.environment.CLICKHOUSE_USER ?? 'admin',
      password: service.environment.CLICKHOUSE_PASSWORD ?? '',
    })
  }

  async #startCollector(
    name: 'otel-collector' | 'metrics-collector',
    progress: (message: string) => void,
  ): Promise<void> {
    const service = this.#require(name)
    const executable = await resolveCollector(this.#options.stackDirectory, progress)
    this.#components.push({ name: 'otel-collector', version: executable.version, source: executable.source })
    progress('starting the collector')
    for (const mount of service.mounts)
      if (mount.kind === 'volume') await mkdir(hostPath(mount, this.#dataDirectory), { recursive: true })
    const logFile = join(this.#directory, `${name}.log`)
    const health = this.#port(name, 13133)
    await this.#launch(executable, {
      name,
      process: {
        command: executable.path,
        args: service.command.map((word) => translatePaths(word, service, this.#dataDirectory)),
        env: { ...inherited(), ...translateEnvironment(service, this.#ports, this.#dataDirectory) },
        cwd: this.#directory,
        logFile,
      },
      logFile,
      ready: (child) =>
        this.#answers(child, 'the collector', `http://${health.address}:${health.port}/`, () =>
          pipelineAccepts(this.endpoints.otlpHttp),
        ),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 30_000,
      onStart: (pid) => this.#registration?.addProcess(pid) ?? Promise.resolve(),
    }).catch(async (error: unknown) => {
      throw new UserError(await explainCollectorFailure(messageOf(error), this.#options.stackDirectory))
    })
  }

  async #startToxiproxy(progress: (message: string) => void): Promise<void> {
    const service = this.#require('toxiproxy')
    const executable = await resolveToxiproxy(progress)
    this.#components.push({ name: 'toxiproxy', version: executable.version, source: executable.source })
    const api = this.#port('toxiproxy', 8474)
    const apiUrl = `http://${api.address}:${api.port}`
    const logFile = join(this.#directory, 'toxiproxy.log')
    await this.#launch(executable, {
      name: 'toxiproxy',
      process: {
        command: executable.path,
        args: await toxiproxyArguments(service, { api, ports: this.#ports, directory: this.#directory }),
        env: inherited(),
        logFile,
      },
      logFile,
      ready: (child) =>
        this.#answers(child, 'toxiproxy', `${apiUrl}/version`, () => linksStand(this.#options.stackDirectory, apiUrl)),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 5_000,
      onStart: (pid) => this.#registration?.addProcess(pid) ?? Promise.resolve(),
    })
  }

  async #launch(executable: Executable, plan: ConstructorParameters<typeof EmbeddedService>[0]): Promise<void> {
    const handle = new EmbeddedService(plan)
    this.#handles.set(plan.name, handle)
    try {
      await handle.start()
    } catch (error) {
      if (executable.cached && (await discardIfDamaged(executable.path))) {
        throw new UserError(
          `the cached ${plan.name} was damaged and has been removed; run the command again, it will be made anew`,
        )
      }
      throw error
    }
  }

  #port(service: string, containerPort: number): HostPort {
    const port = this.#ports.get(service)?.get(containerPort)
    if (!port) throw new UserError(`stack/compose.yaml: services.${service} does not publish port ${containerPort}`)
    return port
  }

  async #answers(
    child: RunningProcess,
    what: string,
    url: string,
    further: () => Promise<boolean> = async () => true,
  ): Promise<void> {
    await until(
      `${what} on ${url}`,
      async () => {
        if (!child.alive()) return 'ended' as const
        if (!(await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok) return false
        return (await further()) && ('ready' as const)
      },
      { timeoutMs: READY_TIMEOUT_MS, signal: stopSignal },
    ).then((state) => {
      if (state === 'ended') throw new UserError(`${what} ended while starting`)
    })
  }
}

/** What reset-shield.ts is loaded by. */
function frontUrl(front: HostPort, engine: HostPort): string {
  const url = pathToFileURL(join(import.meta.dirname, 'reset-shield.ts'))
  url.searchParams.set('front', `${front.address}:${front.port}`)
  url.searchParams.set('engine', `${engine.address}:${engine.port}`)
  return url.href
}

/** What a component may see of the person's environment: no proxy, no secret, only what a program needs to run. */
function inherited(): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'LANG']) {
    const value = process.env[name]
    if (value !== undefined) kept[name] = value
  }
  return kept
}
