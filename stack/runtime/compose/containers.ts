// What only containers have: what the engine says of each of them, their health now, and their network.
import { PassThrough } from 'node:stream'
import type Docker from 'dockerode'
import { z } from 'zod'
import { UserError } from '../../../core/errors.ts'
import type { ContainerFacts, Containers, Storage } from '../runtime.ts'

const PROJECT = 'com.docker.compose.project'
const SERVICE = 'com.docker.compose.service'

const NANO = 1e9

const portsSchema = z.record(
  z.string(),
  z
    .array(z.looseObject({ HostIp: z.string().default('') }))
    .nullable()
    .transform((bindings) => bindings ?? []),
)

const diskSchema = z.looseObject({
  Images: z
    .array(z.looseObject({ Id: z.string(), Size: z.number() }))
    .nullable()
    .transform((images) => images ?? []),
  Volumes: z
    .array(
      z.looseObject({
        Name: z.string(),
        Labels: z.record(z.string(), z.string()).nullable(),
        UsageData: z.looseObject({ Size: z.number() }).nullish(),
      }),
    )
    .nullable()
    .transform((volumes) => volumes ?? []),
})

export class ProjectContainers implements Containers {
  readonly #docker: Docker
  readonly #project: string
  readonly again?: () => Promise<void>

  constructor(docker: Docker, project: string, again?: () => Promise<void>) {
    this.#docker = docker
    this.#project = project
    if (again) this.again = again
  }

  async facts(): Promise<ContainerFacts[]> {
    const listed = await this.#docker.listContainers({ all: true, filters: this.#filters() })
    const facts = await Promise.all(
      listed.map(async ({ Id: id, Labels: labels }) =>
        factsOf(labels[SERVICE] ?? '', await this.#docker.getContainer(id).inspect()),
      ),
    )
    return facts.sort((a, b) => (a.service < b.service ? -1 : 1))
  }

  async health(service: string): Promise<{ readonly healthy: boolean; readonly output: string }> {
    const container = this.#container(service)
    const [kind, ...command] = (await container.inspect()).Config.Healthcheck?.Test ?? ['NONE']
    if (kind === 'NONE') return { healthy: false, output: `${service} has no health check` }
    const exec = await container.exec({
      Cmd: kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...command] : command,
      AttachStdout: true,
      AttachStderr: true,
    })
    const stream = await exec.start({})
    const both = new PassThrough()
    let output = ''
    both.on('data', (chunk) => {
      output += String(chunk)
    })
    container.modem.demuxStream(stream, both, both)
    await new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject))
    return { healthy: (await exec.inspect()).ExitCode === 0, output: output.trim() }
  }

  async rerun(service: string): Promise<{ readonly exitCode: number; readonly output: string }> {
    const container = this.#container(service)
    const startedAt = Math.floor(Date.parse((await container.inspect()).State.FinishedAt) / 1000)
    await container.start()
    const { StatusCode: exitCode } = await container.wait()
    const log = await container.logs({ stdout: true, stderr: true, follow: false, since: startedAt })
    return { exitCode, output: plain(log) }
  }

  async cut(service: string): Promise<void> {
    await (await this.#network()).disconnect({ Container: this.#name(service), Force: true })
  }

  async heal(service: string): Promise<void> {
    // Compose gives every container its service's name in the project's network.
    await (await this.#network()).connect({
      Container: this.#name(service),
      EndpointConfig: { Aliases: [service] },
    })
  }

  async storage(): Promise<Storage[]> {
    const used = diskSchema.parse(await this.#docker.df())
    const images = new Map((await this.facts()).map(({ imageId, image }) => [imageId, image]))
    return [
      ...used.Images.flatMap(({ Id: id, Size: bytes }): Storage[] => {
        const name = images.get(id)
        return name === undefined ? [] : [{ kind: 'image', name, bytes }]
      }),
      ...used.Volumes.filter(({ Labels: labels }) => labels?.[PROJECT] === this.#project).map(
        ({ Name: name, UsageData: usage }): Storage => ({
          kind: 'volume',
          name: name.slice(this.#project.length + 1),
          bytes: usage?.Size ?? 0,
        }),
      ),
    ]
  }

  #name(service: string): string {
    return `${this.#project}-${service}-1`
  }

  #container(service: string): Docker.Container {
    return this.#docker.getContainer(this.#name(service))
  }

  #filters() {
    return { label: [`${PROJECT}=${this.#project}`] }
  }

  async #network(): Promise<Docker.Network> {
    const [network] = await this.#docker.listNetworks({ filters: this.#filters() })
    if (!network) throw new UserError(`the project ${this.#project} has no network`)
    return this.#docker.getNetwork(network.Id)
  }
}

function factsOf(
  service: string,
  { Config: config, HostConfig: host, State: state, ...rest }: Docker.ContainerInspectInfo,
): ContainerFacts {
  const positive = (value: number | undefined) => (value === undefined || value === 0 ? null : value)
  const cpus = positive(host.NanoCpus)
  return {
    service,
    image: config.Image,
    imageId: rest.Image,
    user: config.User,
    running: state.Running,
    exitCode: state.ExitCode,
    startedAtMs: Date.parse(state.StartedAt),
    finishedAtMs: Date.parse(state.FinishedAt),
    health: healthOf(state.Health?.Status),
    pid: state.Pid,
    restarts: rest.RestartCount,
    oomKilled: state.OOMKilled,
    privileged: host.Privileged === true || (host.CapAdd ?? []).length > 0,
    cpuLimit: cpus === null ? null : cpus / NANO,
    memoryLimitBytes: positive(host.Memory),
    memoryReservationBytes: positive(host.MemoryReservation),
    published: Object.entries(portsSchema.parse(host.PortBindings ?? {})).flatMap(([port, bindings]) =>
      bindings.map(({ HostIp: address }) => ({ address, containerPort: Number.parseInt(port, 10) })),
    ),
    mounts: rest.Mounts.map(({ Type: kind, Name: name, Source: source, Destination: target, RW: writable }) => ({
      kind,
      source: name ?? source,
      target,
      readOnly: !writable,
    })),
  }
}

function healthOf(status: string | undefined): ContainerFacts['health'] {
  return status === 'healthy' || status === 'unhealthy' || status === 'starting' ? status : 'none'
}

/** What the engine's log stream says, without the eight bytes before each piece that name the stream. */
function plain(log: Buffer): string {
  const pieces: string[] = []
  for (let at = 0; at + 8 <= log.length; ) {
    const size = log.readUInt32BE(at + 4)
    pieces.push(log.subarray(at + 8, at + 8 + size).toString('utf8'))
    at += 8 + size
  }
  return pieces.join('').trim()
}
