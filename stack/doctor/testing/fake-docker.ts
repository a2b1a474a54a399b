// A Docker engine made by hand, for tests: what its command line says on a sound Ubuntu laptop, changed where a test says so.
import type { CommandOutput } from '../system.ts'

const GIB = 1024 ** 3
const LABEL = 'com.docker.compose.project'

export interface MadeDocker {
  readonly version?: string | CommandOutput
  readonly compose?: string | CommandOutput
  readonly context?: string
  readonly info?: Readonly<Record<string, unknown>> | CommandOutput
  /** Lines of `project state`. */
  readonly containers?: readonly string[] | CommandOutput
  /** Lines of `project name`. */
  readonly volumes?: readonly string[] | CommandOutput
  /** The images that are here, each with its labels. */
  readonly images?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** The output of each command that the doctor asks, as `MadeSystem` takes it. */
export function fakeDocker(made: MadeDocker = {}): Record<string, string | CommandOutput> {
  const { version = '28.2.2', compose = 'v2.36.2', context = 'default unix:///var/run/docker.sock' } = made
  const { info = {}, containers = [], volumes = [], images = {} } = made
  const ls = (list: readonly string[] | CommandOutput) => ('exitCode' in list ? list : `${list.join('\n')}\n`)
  const list = (words: string, field: string) =>
    `docker ${words} --filter label=${LABEL} --format {{.Label "${LABEL}"}} {{.${field}}}`
  return {
    'docker --version': 'Docker version 28.2.2, build e6534b4',
    'docker version --format {{.Server.Version}}': version,
    'docker compose version --short': compose,
    'docker context inspect --format {{.Name}} {{.Endpoints.docker.Host}}': context,
    'docker info --format {{json .}}':
      'exitCode' in info ? (info as CommandOutput) : JSON.stringify({ NCPU: 8, MemTotal: 16 * GIB, ...info }),
    [list('container ls --all', 'State')]: ls(containers),
    [list('volume ls', 'Name')]: ls(volumes),
    ...Object.fromEntries(
      Object.entries(images).map(([reference, labels]) => [
        `docker image inspect ${reference}`,
        JSON.stringify([{ Config: { Labels: labels } }]),
      ]),
    ),
  }
}

/** A command that had to be ended. */
export const hanging: CommandOutput = { exitCode: null, stdout: '', stderr: '' }

export function failing(stderr: string): CommandOutput {
  return { exitCode: 1, stdout: '\n', stderr }
}
