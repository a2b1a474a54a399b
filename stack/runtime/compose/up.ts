// Brings a compose project up, and says in one line why it did not come up.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { DockerComposeEnvironment, type WaitStrategy } from 'testcontainers'
import { stringify } from 'yaml'
import { MachineError, messageOf, UserError } from '../../../core/errors.ts'
import { runTool } from '../embedded/tool.ts'
import { DISK_ADVICE, isDiskFull } from './disk-full.ts'
import type { Engine } from './engine.ts'
import { LastWords } from './exit-logs.ts'

export interface ComposeProject {
  readonly engine: Engine
  readonly docker: Docker
  readonly name: string
  /** The directory that holds compose.yaml. */
  readonly directory: string
  readonly variables: Readonly<Record<string, string>>
  readonly profiles: readonly string[]
  /** All of the profiles when empty. */
  readonly services: readonly string[]
  /** Volumes of this many bytes instead of those on disk. */
  readonly volumeBytes: Readonly<Record<string, number>>
  /** Whether its names and secrets come from a .env beside the file, and Compose itself waits for health. */
  readonly plain: boolean
  /** Whether its volumes are somebody's data. */
  readonly keep: boolean
}

/** Resolves when Compose's own conditions hold. @throws UserError with what the service said that stood in the way */
export async function composeUp(project: ComposeProject): Promise<void> {
  await using override = await overrideOf(project.volumeBytes)
  await using words = new LastWords(project.docker, project.name)
  const files = ['compose.yaml', ...override.files]
  try {
    // testcontainers removes the volumes of a project that does not come up: never where they are somebody's data.
    // It starts Docker's own Compose, on the engine of the environment.
    const own = project.keep || project.engine.kind !== 'docker'
    await (project.plain ? plainly(project) : own ? withCommand(project, files) : withTestcontainers(project, files))
  } catch (error) {
    throw explain(messageOf(error), project, words)
  }
}

async function withTestcontainers(project: ComposeProject, files: string[]): Promise<void> {
  await new DockerComposeEnvironment(project.directory, files)
    .withProjectName(project.name)
    .withEnvironment({ ...project.variables })
    .withDefaultWaitStrategy(new NoWait())
    .withProfiles(...project.profiles)
    .up(project.services.length === 0 ? undefined : [...project.services])
}

async function withCommand(project: ComposeProject, files: readonly string[]): Promise<void> {
  const flags = [
    ...['--project-name', project.name],
    ...files.flatMap((file) => ['--file', file]),
    ...project.profiles.flatMap((profile) => ['--profile', profile]),
  ]
  await runCompose(project, [...flags, 'up', '--detach', ...project.services], project.variables)
}

/** What README tells a person without Node. */
async function plainly(project: ComposeProject): Promise<void> {
  const lines = Object.entries({ ...project.variables, COMPOSE_PROJECT_NAME: project.name })
  const text = lines.map(([name, value]) => `${name}=${value}\n`).join('')
  await writeFile(join(project.directory, '.env'), text, { mode: 0o600 })
  await runCompose(project, ['up', '--wait'], {})
}

async function runCompose(
  { engine, directory }: ComposeProject,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const [command, ...words] = engine.compose
  await runTool({
    command,
    args: [...words, ...args],
    cwd: directory,
    // Docker's own Compose knows contexts; where Podman is, it must be told.
    env: { ...env, ...(engine.kind === 'docker' ? {} : { DOCKER_HOST: engine.host }) },
  })
}

/** Compose's own conditions and the runtime's readiness decide; testcontainers need not wait besides. */
class NoWait implements WaitStrategy {
  async waitUntilReady(): Promise<void> {}
  withStartupTimeout(): this {
    return this
  }
  isStartupTimeoutSet(): boolean {
    return true
  }
  getStartupTimeout(): number {
    return 0
  }
}

/** A second compose file for what this project alone wants otherwise. */
async function overrideOf(
  volumeBytes: ComposeProject['volumeBytes'],
): Promise<AsyncDisposable & { readonly files: readonly string[] }> {
  const sizes = Object.entries(volumeBytes)
  if (sizes.length === 0) return { files: [], [Symbol.asyncDispose]: async () => {} }
  const directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-override-'))
  const volumes = sizes.map(([name, bytes]) => [
    name,
    { driver_opts: { type: 'tmpfs', device: 'tmpfs', o: `size=${bytes},uid=10001,gid=10001` } },
  ])
  const file = join(directory, 'compose.override.yaml')
  await writeFile(file, stringify({ volumes: Object.fromEntries(volumes) }))
  return { files: [file], [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) }
}

/** What Compose said, without its list of steps, and what the service said that it names. */
function explain(message: string, project: ComposeProject, words: LastWords): UserError {
  if (/setting rlimit/.test(message))
    return new MachineError(
      'the engine may not give ClickHouse as many open files as it wants: set CLICKHOUSE_NOFILE to less (16384), or use --runtime embedded',
    )
  if (isDiskFull(message)) return new MachineError(`no disk space left to start the stack: ${DISK_ADVICE}`)
  const said = message
    .split(/\n| \| /)
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== '' &&
        !/^(Container|Network|Volume) .* (Creat|Start|Wait|Healthy|Stop|Remov|Exited|Runn)/.test(line) &&
        !/^docker(?: |-)compose .* failed with code/.test(line),
    )
  const brief = [...new Set(said.map((line) => line.replace(/^Container \S+ +/, '')))].slice(-3).join(' | ')
  const named =
    /service "([\w-]+)"/.exec(brief)?.[1] ?? new RegExp(`${RegExp.escape(project.name)}-([\\w-]+)-1`).exec(message)?.[1]
  const last = named === undefined ? [] : words.of(named, 8)
  const tail = last.length === 0 ? '' : `; the last lines of ${named}:\n    ${last.join('\n    ')}`
  return new UserError(`Compose could not start the stack: ${brief}${tail}`)
}
