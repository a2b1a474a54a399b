// What stacks have left in the Docker engine: data that is kept, and what killed or unknown runs did not remove.

import { dailyProject } from '../daily/state.ts'
import type { Ask } from '../runtime/docker-cli.ts'
import type { DoctorFinding } from './finding.ts'
import { ok, warn } from './finding.ts'
import { readRegister } from './run-register.ts'
import type { System } from './system.ts'

const CHECK = 'volumes'
const LABEL = 'com.docker.compose.project'
/** Projects whose volumes are somebody's data: of `docker compose up` in stack/, and of `npm run stack -- up`. */
const KEPT = /^telemetry(?:-daily-\w+)?$/
const RUN = /^telemetry-proof-/

interface Project {
  readonly name: string
  readonly running: number
  readonly containers: number
  readonly volumes: readonly string[]
}

export async function checkDockerLeftovers(system: System, ask: Ask): Promise<readonly DoctorFinding[]> {
  // A run may start or end while the engine is asked: whoever is registered before or after is no leftover.
  const before = await readRegister(system)
  const projects = await readProjects(ask)
  const after = await readRegister(system)
  const alive = new Set([...before.alive, ...after.alive])
  const swept = projects.filter(({ name }) => RUN.test(name) && !alive.has(name) && after.gone.has(name))
  const unknown = projects.filter(({ name }) => RUN.test(name) && !alive.has(name) && !after.gone.has(name))
  return [
    ...projects
      .filter(({ name, running, volumes }) => KEPT.test(name) && running === 0 && volumes.length > 0)
      .map(kept),
    ...(swept.length === 0 ? [] : [left(swept)]),
    ...unknown.map((project) => foreign(project, system)),
  ]
}

function kept({ name, volumes }: Project): DoctorFinding {
  const whose =
    name.startsWith('telemetry-daily-') && name !== dailyProject() ? ', a daily stack with another data directory,' : ''
  const shown = `no container of ${name}${whose} runs; its data is kept in ${volumes.join(', ')}`
  return ok(CHECK, shown, `to delete that data: ${removal(name)}`)
}

function left(projects: readonly Project[]): DoctorFinding {
  const shown = projects.map((project) => `${project.name} (${contents(project)})`).join(', ')
  return warn(
    CHECK,
    `left behind by runs that were killed: ${shown}`,
    'the next start of a stack removes them, so `npm run verify:platform` does',
  )
}

/** A run that this data directory's register does not know; it may well be under way with another one. */
function foreign(project: Project, { dataDirectory }: System): DoctorFinding {
  const { name, running } = project
  const shown = `${name} (${contents(project)}) belongs to no run that ${dataDirectory} knows`
  if (running > 0)
    return ok(CHECK, `${shown}, and runs`, 'leave it: it may be a run under way with another TELEMETRY_PROOF_DATA')
  return warn(CHECK, `${shown}, and nothing of it runs`, `no start will remove it: ${removal(name)}`)
}

function contents({ containers, volumes }: Project): string {
  const count = (amount: number, noun: string) => `${amount} ${noun}${amount === 1 ? '' : 's'}`
  return `${count(containers, 'container')}, ${count(volumes.length, 'volume')}`
}

/** Needs neither the project's files nor its variables. */
function removal(project: string): string {
  return `\`docker compose --project-name ${project} down --volumes\``
}

async function readProjects(ask: Ask): Promise<readonly Project[]> {
  const list = async (field: string, ...words: string[]) => {
    const format = `{{.Label "${LABEL}"}} {{.${field}}}`
    const { stdout, failure, message } = await ask(...words, '--filter', `label=${LABEL}`, '--format', format)
    if (failure !== '') throw new Error(`docker ${words.join(' ')} failed: ${message.split('\n')[0]}`)
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' '))
  }
  const [containers, volumes] = await Promise.all([
    list('State', 'container', 'ls', '--all'),
    list('Name', 'volume', 'ls'),
  ])
  const names = new Set([...containers, ...volumes].map(([name = '']) => name))
  return [...names].sort().map((name) => {
    const own = containers.filter(([project]) => project === name)
    return {
      name,
      containers: own.length,
      running: own.filter(([, state]) => state === 'running' || state === 'paused').length,
      volumes: volumes.flatMap(([project, volume = '']) => (project === name ? [volume] : [])).sort(),
    }
  })
}
