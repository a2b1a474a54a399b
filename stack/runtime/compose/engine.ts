// The container engine: whether there is one that answers, and what it is; otherwise one clear line with the way out.
import { z } from 'zod'
import { MachineError } from '../../../core/errors.ts'
import { type Answer, type Ask, askDocker, type EngineKind } from '../docker-cli.ts'

const LEAST_DOCKER = [20, 10] as const
/** The first that knows `required: false` of a dependency. */
export const LEAST_COMPOSE = [2, 20] as const
const DEFAULT_HOST = 'unix:///var/run/docker.sock'

export interface Engine {
  readonly kind: EngineKind
  readonly version: string
  /** The program that is Compose version 2, with its first words. */
  readonly compose: readonly [command: string, ...words: string[]]
  readonly composeVersion: string
  /** What people call it: Docker Desktop, OrbStack, Colima, Rancher Desktop, else Docker Engine. */
  readonly product: string
  /** Version of the control groups that hold containers to their limits; empty when it does not say. */
  readonly cgroup: string
  /** The context that names it; `default` also where DOCKER_HOST does. */
  readonly context: string
  /** Where its API listens, as DOCKER_HOST takes it. */
  readonly host: string
  /** Whether it runs on another machine, where neither the files of this one are nor the ports that it publishes. */
  readonly remote: boolean
  /** What its machine has (with Docker Desktop that is a virtual machine of its own); 0 when it does not say. */
  readonly cpus: number
  readonly memoryBytes: number
  readonly rootless: boolean
  /** Whether it can hold containers to their limits; a rootless engine often cannot. */
  readonly limits: boolean
  /** Whether it carries out health checks by itself; Podman leaves that to systemd. */
  readonly checksHealth: boolean
}

export function isEngine(found: Engine | EngineProblem): found is Engine {
  return !('problem' in found)
}

/** Why there is no engine to use. */
export interface EngineProblem {
  /** `other`: what answers is another engine. `silent`: installed, but its engine cannot be reached. `unfit`: it answers, but lacks something. */
  readonly kind: 'missing' | 'other' | 'silent' | 'unfit'
  readonly problem: string
  readonly remedy: string
}

/** A problem without what the engine's own program says of it. */
export function briefly(problem: string): string {
  return problem.replace(/ \([^)]{30,}\)/, '')
}

/** What it does not say is unknown, never a reason to do without it. */
const infoSchema = z.looseObject({
  Name: z.string().catch(''),
  OperatingSystem: z.string().catch(''),
  CgroupVersion: z.string().catch(''),
  NCPU: z.number().catch(0),
  MemTotal: z.number().catch(0),
  SecurityOptions: z.array(z.string()).catch([]),
  MemoryLimit: z.boolean().catch(true),
  CpuCfsQuota: z.boolean().catch(true),
})

/** @throws MachineError that says what is missing and what to do */
export async function findDocker(ask: Ask = askDocker): Promise<Engine> {
  const found = await examineDocker(ask)
  if (isEngine(found)) return found
  throw new MachineError(`${found.problem}: ${found.remedy}, or use --runtime embedded`)
}

/** The engine, or why there is none to use and what to do about it; changes nothing. */
export async function examineDocker(ask: Ask = askDocker): Promise<Engine | EngineProblem> {
  const server = await ask('version', '--format', '{{.Server.Version}}')
  if (server.failure === 'missing') return explain(server)
  const old = !isAtLeast(server.stdout, LEAST_DOCKER)
  // Podman comes with a `docker` that is Podman, and Docker's own can be pointed at it; its versions are all lower, so that nobody else need be asked.
  if ((server.failure !== '' || old) && (await isPodman(ask)))
    return {
      kind: 'other',
      problem: 'what answers to `docker` is Podman',
      remedy: 'use --runtime podman',
    }
  if (server.failure !== '') return explain(server)
  if (old)
    return {
      kind: 'unfit',
      problem: `Docker ${server.stdout || 'of unknown version'} is older than ${LEAST_DOCKER.join('.')}`,
      remedy: 'upgrade it',
    }
  const [compose, context, info] = await Promise.all([
    ask('compose', 'version', '--short'),
    ask('context', 'inspect', '--format', '{{.Name}} {{.Endpoints.docker.Host}}'),
    ask('info', '--format', '{{json .}}'),
  ])
  const late = [compose, context, info].find(({ failure }) => failure === 'timeout')
  if (late) return explain(late)
  const composeVersion = compose.stdout.replace(/^v/, '')
  if (compose.failure !== '' || !isAtLeast(composeVersion, [2, 0]))
    return {
      kind: 'unfit',
      problem: `Docker ${server.stdout} answers, but \`docker compose\` version 2 is missing (docker-compose version 1 does not do)`,
      remedy: 'install the plugin docker-compose-plugin (docker-compose-v2 on Ubuntu)',
    }
  if (!isAtLeast(composeVersion, LEAST_COMPOSE))
    return {
      kind: 'unfit',
      problem: `Compose ${composeVersion} is older than ${LEAST_COMPOSE.join('.')}`,
      remedy: 'upgrade the plugin docker-compose-plugin (docker-compose-v2 on Ubuntu), or Docker Desktop',
    }
  const facts = infoSchema.parse(json(info.stdout) ?? {})
  // Docker's command line has counted DOCKER_HOST and DOCKER_CONTEXT in.
  const [name = '', host = ''] = context.stdout === '' ? ['default', DEFAULT_HOST] : context.stdout.split(' ')
  return {
    kind: 'docker',
    version: server.stdout,
    compose: ['docker', 'compose'],
    composeVersion,
    product: productOf(facts),
    cgroup: facts.CgroupVersion,
    context: name,
    host,
    remote: isRemote(host),
    cpus: facts.NCPU,
    memoryBytes: facts.MemTotal,
    rootless: facts.SecurityOptions.some((option) => option.includes('rootless')),
    limits: facts.MemoryLimit && facts.CpuCfsQuota,
    checksHealth: true,
  }
}

async function isPodman(ask: Ask): Promise<boolean> {
  const asked = [ask('--version'), ask('version', '--format', '{{range .Server.Components}}{{.Name}} {{end}}')]
  return (await Promise.all(asked)).some(({ stdout }) => /podman/i.test(stdout))
}

export function isAtLeast(version: string, [major, minor]: readonly [major: number, minor: number]): boolean {
  const [mine = 0, lesser = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  return mine > major || (mine === major && lesser >= minor)
}

/** By what its own machine is called; Colima and Rancher Desktop run a usual distribution in it. */
function productOf({ Name: name, OperatingSystem: system }: z.infer<typeof infoSchema>): string {
  if (/^(?:Docker Desktop|OrbStack|Rancher Desktop)/.test(system)) return system.split(' WSL')[0] ?? system
  if (/rancher-desktop/.test(name)) return 'Rancher Desktop'
  if (/^colima/.test(name)) return 'Colima'
  return 'Docker Engine'
}

/** Whether an address of an engine is on another machine. */
export function isRemote(host: string): boolean {
  return !/^(?:unix|npipe|fd):|^(?:tcp|https?):\/\/(?:localhost(?=[:/]|$)|127\.|\[::1\])/.test(host)
}

export function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Why the engine cannot be reached, and what to do. */
function explain({ failure, message }: Answer): EngineProblem {
  if (failure === 'missing')
    return {
      kind: 'missing',
      problem: 'Docker is not installed (no docker on PATH)',
      remedy: 'install it (https://docs.docker.com/engine/install)',
    }
  const silent = (problem: string, remedy: string): EngineProblem => ({ kind: 'silent', problem, remedy })
  if (failure === 'timeout')
    return silent(
      `Docker does not answer (${message})`,
      'restart it (Docker Desktop, or `sudo systemctl restart docker`)',
    )
  // Warnings about the person's own settings come first.
  const line =
    message.split('\n').find((text) => text.trim() !== '' && !/^warning:/i.test(text)) ?? 'it does not say why'
  if (/permission denied while trying to connect/i.test(line))
    return silent(
      "no permission on Docker's socket",
      'add yourself to the group docker and log in again (`sudo usermod -aG docker "$USER"`)',
    )
  if (/context .*(not found|does not exist)|unable to resolve docker endpoint/i.test(line))
    return silent(
      // Behind the colon stands the file in which Docker keeps its contexts.
      `Docker's context is wrong (${line.replace(/: open .*$/, '')})`,
      'choose another (`docker context ls`, `docker context use default`), and look at DOCKER_CONTEXT',
    )
  if (/^cannot connect|is the docker daemon running/i.test(line))
    return silent(
      `Docker is installed but its engine does not run (${line})`,
      'start Docker Desktop, or `sudo systemctl start docker`, or choose another engine (`docker context ls`, DOCKER_HOST)',
    )
  return silent(`Docker cannot be used (${line})`, 'see `docker version` and `docker context ls`')
}
