// The Docker engine that answers: which one it is, and whether it has room for the stack.

import type { Engine } from '../runtime/compose/engine.ts'
import type { DoctorFinding } from './finding.ts'
import { gibibytes, ok, warn } from './finding.ts'

const CHECK = 'containers'
// Beyond the services' limits the engine, its system and the page cache need some.
const LEAST_BYTES = 2 * 1024 ** 3
const LEAST_CPUS = 2
const MORE_ROOM =
  'Docker Desktop: Settings, Resources (with WSL 2: `memory=4GB` under [wsl2] in %UserProfile%\\.wslconfig); Colima: ' +
  '`colima stop && colima start --cpu 2 --memory 4`; elsewhere: a larger machine'

/** @param limitsBytes what the services of the stack may take together */
export function checkDockerEngine(engine: Engine, limitsBytes: number): readonly DoctorFinding[] {
  return [where(engine), ...enforcement(engine), ...memory(engine, limitsBytes), ...processors(engine)]
}

function where({ context, host, remote, product, cgroup }: Engine): DoctorFinding {
  const groups = cgroup === '' ? '' : `, control groups version ${cgroup}`
  const shown = `${product}${groups}: Docker's context is ${context}, its engine at ${host}`
  if (!remote) return ok(CHECK, shown)
  return warn(
    CHECK,
    `${shown}: on another machine, which has neither the files nor the ports of this one`,
    'use an engine of this machine (`docker context use default`, and DOCKER_HOST unset), or the embedded runtime',
  )
}

function enforcement({ rootless, limits }: Engine): readonly DoctorFinding[] {
  const shown = `the engine runs ${rootless ? 'rootless' : 'as root'}`
  if (limits) return rootless ? [ok(CHECK, `${shown}, and holds containers to their limits`)] : []
  return [
    warn(
      CHECK,
      `${shown} and cannot hold containers to their limits of memory and CPU`,
      rootless
        ? 'let systemd delegate the controllers cpu and memory to your user (https://docs.docker.com/engine/security/rootless), or use the embedded runtime'
        : 'the kernel lacks the cgroup controllers cpu or memory: `docker info` names them',
    ),
  ]
}

function memory({ memoryBytes }: Engine, limitsBytes: number): readonly DoctorFinding[] {
  // It does not say.
  if (memoryBytes === 0) return []
  const shown = `${gibibytes(memoryBytes)} of memory for containers; the limits of the stack's services sum to ${gibibytes(limitsBytes)}`
  if (memoryBytes >= Math.max(LEAST_BYTES, limitsBytes)) return [ok(CHECK, shown)]
  const then =
    memoryBytes < limitsBytes ? 'so `--runtime auto` takes the embedded runtime' : 'and the engine needs some'
  return [warn(CHECK, `only ${shown}, ${then}`, MORE_ROOM)]
}

function processors({ cpus }: Engine): readonly DoctorFinding[] {
  if (cpus === 0 || cpus >= LEAST_CPUS) return []
  return [warn(CHECK, `only ${cpus} CPU for containers; ${LEAST_CPUS} are needed`, MORE_ROOM)]
}
