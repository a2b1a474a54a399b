// The container runtime: stack/compose.yaml itself, run by Compose on Docker or Podman.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { atExit } from '../../../core/cleanup.ts'
import { messageOf, UserError } from '../../../core/errors.ts'
import { freePort } from '../../../core/ports.ts'
import { applyPolicy } from '../../policy/layers/apply.ts'
import { type ComposeFile, type ComposeService, readComposeFile } from '../compose-file.ts'
import { type Ask, askerOf } from '../docker-cli.ts'
import { explainCollectorFailure } from '../embedded/collector-failure.ts'
import { endpointsOf, passwordsOf } from '../endpoints.ts'
import { requireFixedPorts } from '../fixed-ports.ts'
import { FAULTY_CLICKHOUSE_LINK } from '../links.ts'
import { removeProject } from '../remove-project.ts'
import { Registration, removeOrphans } from '../running-stacks.ts'
import {
  type Component,
  type Progress,
  type ServiceHandle,
  type ServiceName,
  type Stack,
  type StackOptions,
  type StartStack,
  servicesOf,
} from '../runtime.ts'
import { makeSecrets } from '../secrets.ts'
import { connectTo } from './connect.ts'
import { ProjectContainers } from './containers.ts'
import type { Engine } from './engine.ts'
import { HealthChecks } from './health-checks.ts'
import { type ImageInUse, obtainImages } from './images.ts'
import { waitUntilReady } from './readiness.ts'
import { ContainerService } from './service.ts'
import { composeUp } from './up.ts'

/** What stack/compose.yaml asks for by default. */
const WANTED_OPEN_FILES = 65_536

/** Starts stacks on this engine. */
export function startCompose(engine: Engine): StartStack {
  // testcontainers and Compose read where the engine is from the environment; contexts they do not know alike.
  if (engine.kind === 'docker') process.env.DOCKER_HOST ??= engine.host
  // Its reaper is an image of its own, which may not be to be had: what a killed run leaves is swept by the register.
  process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true'
  return async (options) => {
    const progress = options.progress ?? (() => {})
    for (const line of await removeOrphans()) progress(line)
    if (await applyPolicy(options.stackDirectory)) progress('policy compiled: stack/collector/sanitization.yaml is new')
    const starting = new ComposeStack(options, engine)
    try {
      return await starting.start(progress)
    } catch (error) {
      await starting[Symbol.asyncDispose]()
      throw error
    }
  }
}

class ComposeStack implements Stack {
  readonly kind: 'docker' | 'podman'
  readonly database = 'telemetry'
  readonly #options: StackOptions
  readonly #engine: Engine
  readonly #project: string
  readonly #variables: Record<string, string>
  readonly #handles = new Map<ServiceName, ContainerService>()
  #compose: ComposeFile = { services: new Map() }
  #images: readonly ImageInUse[] = []
  #registration: Registration | undefined
  #atExit: Disposable | undefined
  readonly #ask: Ask
  readonly #docker: Docker
  #checks: HealthChecks | undefined
  readonly containers: ProjectContainers

  constructor(options: StackOptions, engine: Engine) {
    this.#options = options
    this.#engine = engine
    this.kind = engine.kind
    this.#ask = askerOf(engine.kind)
    this.#docker = connectTo(engine)
    this.#project = options.projectName ?? `telemetry-proof-${randomBytes(4).toString('hex')}`
    const link = options.faults ? { CLICKHOUSE_LINK: FAULTY_CLICKHOUSE_LINK } : {}
    this.#variables = { ...makeSecrets(), ...openFiles(), ...link, ...options.variables }
    this.containers = new ProjectContainers(this.#docker, this.#project, options.plain ? () => this.#up() : undefined)
  }

  async start(progress: Progress): Promise<Stack> {
    this.#atExit = atExit(() => this[Symbol.asyncDispose]())
    await this.#read()
    const wanted = this.#wanted()
    this.#images = await obtainImages(this.#compose, this.#started(), progress, this.#ask, this.kind)
    for (const { variable, reference } of this.#images)
      if (variable !== undefined) this.#variables[variable] = reference
    // What a killed keeper left running would hold the ports.
    if (this.#keeps) await removeProject(this.#project, { keepVolumes: true, ask: this.#ask })
    await this.#allocatePorts(wanted)
    if (!this.#keeps) {
      this.#registration = await Registration.open(`${process.pid}-${this.#project}`)
      await this.#registration.addProject(this.#project, this.#engine.kind)
    }
    progress('starting the containers')
    if (!this.#engine.checksHealth) this.#checks = new HealthChecks(this.#docker, this.#project)
    await this.#up()
    for (const name of wanted) await this.#attach(name, progress)
    return this
  }

  get endpoints() {
    return endpointsOf((service, port) => {
      const found = this.#compose.services.get(service)?.ports.find(({ containerPort }) => containerPort === port)
      return found ? `${found.hostAddress === '0.0.0.0' ? '127.0.0.1' : found.hostAddress}:${found.hostPort}` : ''
    }, this.#options)
  }

  get passwords() {
    return passwordsOf(this.#variables)
  }

  get salt(): string {
    return this.#variables.TELEMETRY_HASH_SALT ?? ''
  }

  get components(): readonly Component[] {
    return [
      ...this.#images
        .filter(({ service }) => this.#wanted().some((name) => name === service))
        .map(({ service, reference, version, substitute }) => ({
          name: service === 'metrics-collector' ? 'otel-collector' : service,
          version,
          source: `image ${reference} (${substitute ? 'substitute, built here' : 'official'})`,
        })),
      { name: this.kind, version: this.#engine.version, source: `engine, Compose ${this.#engine.composeVersion}` },
    ]
  }

  get limits() {
    return [...this.#handles.keys()].map((name) => {
      const { cpuLimit, memoryLimitBytes } = this.#require(name)
      return { service: name, cpuCores: cpuLimit, memoryBytes: memoryLimitBytes, enforced: this.#engine.limits }
    })
  }

  service(name: ServiceName): ServiceHandle {
    const handle = this.#handles.get(name)
    if (!handle) throw new UserError(`this stack runs no ${name}`)
    return handle
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#atExit?.[Symbol.dispose]()
    this.#atExit = undefined
    await this.#checks?.[Symbol.asyncDispose]()
    this.#checks = undefined
    await removeProject(this.#project, { keepVolumes: this.#keeps, ask: this.#ask })
    await this.#registration?.[Symbol.asyncDispose]()
    this.#registration = undefined
  }

  /** Whether its data outlives it. */
  get #keeps(): boolean {
    return this.#options.projectName !== undefined
  }

  #wanted(): ServiceName[] {
    const wanted = servicesOf(this.#options)
    const { faults, relay } = this.#options
    return [...wanted, ...(faults ? (['toxiproxy'] as const) : []), ...(relay ? (['relay'] as const) : [])]
  }

  /** Every service that Compose starts for them. */
  #started(): string[] {
    const { shape } = this.#options
    if (shape === 'metrics') return this.#wanted()
    return [...this.#compose.services.values()]
      .filter(({ profiles }) => profiles.length === 0 || profiles.some((profile) => this.#profiles.includes(profile)))
      .map(({ name }) => name)
  }

  get #profiles(): string[] {
    const { shape, faults, relay } = this.#options
    return [...(shape === 'metrics' ? ['prometheus'] : []), ...(faults ? ['faults'] : []), ...(relay ? ['relay'] : [])]
  }

  async #read(): Promise<void> {
    const file = join(this.#options.stackDirectory, 'compose.yaml')
    this.#compose = await readComposeFile(file, 'stack/compose.yaml', this.#variables)
  }

  #require(name: string): ComposeService {
    const service = this.#compose.services.get(name)
    if (!service) throw new UserError(`stack/compose.yaml defines no service ${name}`)
    return service
  }

  /** Fixed ports must be free; free ports are chosen by the variables that compose.yaml gives for them. */
  async #allocatePorts(wanted: readonly ServiceName[]): Promise<void> {
    const services = wanted.map((name) => this.#require(name))
    if (this.#options.ports === 'fixed') return requireFixedPorts(services)
    for (const { variable } of services.flatMap(({ ports }) => ports))
      if (variable !== undefined) this.#variables[variable] = String(await freePort())
    await this.#read()
  }

  async #up(): Promise<void> {
    const { stackDirectory, shape = 'events', volumeBytes, plain = false } = this.#options
    await composeUp({
      engine: this.#engine,
      docker: this.#docker,
      name: this.#project,
      directory: stackDirectory,
      variables: this.#variables,
      profiles: this.#profiles,
      services: { metrics: ['metrics-collector'], database: ['clickhouse', 'clickhouse-migrate'], events: [] }[shape],
      volumeBytes: volumeBytes ?? {},
      keep: this.#keeps,
      plain,
    })
  }

  async #attach(name: ServiceName, progress: Progress): Promise<void> {
    const container = this.#docker.getContainer(`${this.#project}-${name}-1`)
    const { stackDirectory } = this.#options
    const ready = (alive: () => Promise<boolean>) =>
      waitUntilReady(name, alive, { endpoints: this.endpoints, containers: this.containers, stackDirectory })
    const service = new ContainerService({ name, container, ready })
    this.#handles.set(name, service)
    progress(`waiting for ${name}`)
    await service.ready().catch(async (error: unknown) => {
      const failure = messageOf(error)
      throw new UserError(name === 'clickhouse' ? failure : await explainCollectorFailure(failure, stackDirectory))
    })
  }
}

/** An engine that was started from a shell with a low hard limit of open files may not raise it, and Docker then starts nothing. */
function openFiles(): Record<string, string> {
  const limits = process.platform === 'linux' ? readFileSync('/proc/self/limits', 'utf8') : ''
  const hard = Number(/^Max open files +\S+ +(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY)
  return hard < WANTED_OPEN_FILES ? { CLICKHOUSE_NOFILE: String(hard) } : {}
}
