// Podman as the container engine: whether its socket answers, and whether a Compose that keeps the file's promises is here; otherwise one clear line.
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { MachineError } from '../../../core/errors.ts'
import { type Answer, type Ask, askPodman, type EngineKind, podmanHost, runProgram } from '../docker-cli.ts'
import {
  type Engine,
  type EngineProblem,
  findDocker,
  isAtLeast,
  isEngine,
  isRemote,
  json,
  LEAST_COMPOSE,
} from './engine.ts'

/** The oldest that the stack has run on. */
const LEAST_PODMAN = [4, 3] as const
/** Programs that are Compose version 2, the more usual first. */
const COMPOSES = [['docker', 'compose'], ['docker-compose']] as const
const INSTALL_COMPOSE =
  'install Compose version 2 (docker-compose-v2 on Ubuntu, docker-compose on Debian 13, or the program from https://github.com/docker/compose/releases)'

/** What is asked besides Podman itself. */
export interface PodmanSurroundings {
  readonly platform: string
  /** Where the socket is looked for, as DOCKER_HOST takes it. */
  readonly host: string
  readonly exists: (file: string) => boolean
  /** Any program's answer. */
  readonly run: (command: string, ...args: string[]) => Promise<Answer>
}

export const thisMachine = (): PodmanSurroundings => ({
  platform: process.platform,
  host: podmanHost(),
  exists: existsSync,
  run: runProgram,
})

const infoSchema = z.looseObject({
  host: z
    .looseObject({
      cgroupVersion: z.string().catch(''),
      cgroupControllers: z.array(z.string()).catch(['cpu', 'memory']),
      cpus: z.number().catch(0),
      memTotal: z.number().catch(0),
      security: z.looseObject({ rootless: z.boolean().catch(false) }).catch({ rootless: false }),
      idMappings: z
        .looseObject({ uidmap: z.array(z.looseObject({ size: z.number() })).nullish() })
        .nullish()
        .catch(undefined),
    })
    .catch({
      cgroupVersion: '',
      cgroupControllers: ['cpu', 'memory'],
      cpus: 0,
      memTotal: 0,
      security: { rootless: false },
    }),
})

/** @throws MachineError that says what is missing and what to do */
export async function findPodman(ask: Ask = askPodman, around: PodmanSurroundings = thisMachine()): Promise<Engine> {
  const found = await examinePodman(ask, around)
  if (isEngine(found)) return found
  throw new MachineError(`${found.problem}: ${found.remedy}, or use --runtime embedded`)
}

/** The engine of that kind. @throws MachineError that says what is missing and what to do */
export function findEngine(kind: EngineKind): Promise<Engine> {
  return kind === 'docker' ? findDocker() : findPodman()
}

/** The engine, or why there is none to use and what to do about it; changes nothing. */
export async function examinePodman(
  ask: Ask = askPodman,
  around: PodmanSurroundings = thisMachine(),
): Promise<Engine | EngineProblem> {
  const { host, platform, exists } = around
  const server = await ask('version', '--format', '{{.Server.Version}}')
  if (server.failure !== '' || server.stdout === '') return explain(server, around)
  const unfit = (problem: string, remedy: string): EngineProblem => ({ kind: 'unfit', problem, remedy })
  if (!isAtLeast(server.stdout, LEAST_PODMAN))
    return unfit(`Podman ${server.stdout} is older than ${LEAST_PODMAN.join('.')}`, 'upgrade it')
  const info = infoSchema.parse(json((await ask('info', '--format', '{{json .}}')).stdout) ?? {}).host
  const { rootless } = info.security
  const ids = (info.idMappings?.uidmap ?? []).reduce((sum, { size }) => sum + size, 0)
  // One's own id alone cannot be the users of the images.
  if (rootless && ids === 1)
    return unfit(
      'Podman runs rootless and has no subordinate user ids',
      'have some in /etc/subuid and /etc/subgid (`sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "$USER"`), then `podman system migrate`',
    )
  const compose = await findCompose(around)
  if ('problem' in compose) return compose
  return {
    kind: 'podman',
    version: server.stdout,
    ...compose,
    product: 'Podman',
    cgroup: info.cgroupVersion.replace(/^v/, ''),
    context: 'podman',
    host,
    remote: isRemote(host),
    cpus: info.cpus,
    memoryBytes: info.memTotal,
    rootless,
    limits: ['cpu', 'memory'].every((one) => info.cgroupControllers.includes(one)),
    // Podman machine has a systemd of its own.
    checksHealth: platform !== 'linux' || exists('/run/systemd/system'),
  }
}

async function findCompose({
  run,
}: PodmanSurroundings): Promise<Pick<Engine, 'compose' | 'composeVersion'> | EngineProblem> {
  let older = ''
  for (const compose of COMPOSES) {
    const [command, ...words] = compose
    const { stdout, failure } = await run(command, ...words, 'version', '--short')
    const composeVersion = stdout.replace(/^v/, '')
    if (failure !== '' || !/^\d+\.\d/.test(composeVersion)) continue
    if (isAtLeast(composeVersion, LEAST_COMPOSE)) return { compose, composeVersion }
    older ||= `Compose ${composeVersion} is older than ${LEAST_COMPOSE.join('.')}`
  }
  const remedy = INSTALL_COMPOSE
  if (older !== '') return { kind: 'unfit', problem: `Podman answers, but ${older}`, remedy }
  const other = /podman-compose version:? ([\w.]+)/.exec((await run('podman-compose', '--version')).stdout)?.[1]
  return {
    kind: 'unfit',
    problem:
      other === undefined
        ? 'Podman answers, but no Compose version 2 is here'
        : `Podman answers, but podman-compose ${other} is the only Compose here, which does not wait until services are healthy`,
    remedy,
  }
}

/** Why Podman cannot be reached, and what to do. */
function explain({ failure, message }: Answer, { host, platform }: PodmanSurroundings): EngineProblem {
  if (failure === 'missing')
    return {
      kind: 'missing',
      problem: 'Podman is not installed (no podman on PATH)',
      remedy: 'install it (https://podman.io/docs/installation)',
    }
  const silent = (problem: string, remedy: string): EngineProblem => ({ kind: 'silent', problem, remedy })
  if (failure === 'timeout') return silent(`Podman does not answer (${message})`, 'restart its service')
  const start =
    platform === 'darwin'
      ? '`podman machine start`, and set CONTAINER_HOST to `unix://` with the path that `podman machine inspect` shows'
      : `\`${host === 'unix:///run/podman/podman.sock' ? 'sudo systemctl start' : 'systemctl --user start'} podman.socket\`, or without systemd \`podman system service --time 0 ${host} &\``
  if (/no such file or directory/.test(message)) return silent(`Podman's socket is not there (${host})`, start)
  if (/permission denied/.test(message))
    return silent(
      `no permission on Podman's socket (${host})`,
      'use your own: leave CONTAINER_HOST unset, and `systemctl --user start podman.socket`',
    )
  if (/connection refused/.test(message)) return silent(`nobody listens on Podman's socket (${host})`, start)
  const line = message.split('\n').findLast((text) => text.trim() !== '') ?? 'it does not say why'
  return silent(
    `Podman cannot be used (${line.replace(/^Error: /, '')})`,
    'see `podman --remote version` and CONTAINER_HOST',
  )
}
