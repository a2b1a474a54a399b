// Container engines, as information: without one the embedded runtime does.

import { briefly, type Engine, type EngineProblem, isEngine } from '../runtime/compose/engine.ts'
import type { DoctorFinding } from './finding.ts'
import { ok, warn } from './finding.ts'
import { checkPodman } from './podman.ts'
import type { System } from './system.ts'

const CHECK = 'containers'

export async function checkContainers(
  system: System,
  docker: Engine | EngineProblem,
): Promise<readonly DoctorFinding[]> {
  const findings = [...dockerFindings(docker), ...(await checkPodman(system))]
  return findings.length > 0 ? findings : [ok(CHECK, 'neither Docker nor Podman: the embedded runtime is used')]
}

function dockerFindings(docker: Engine | EngineProblem): readonly DoctorFinding[] {
  if (isEngine(docker)) return [ok(CHECK, `Docker ${docker.version} answers, Compose ${docker.composeVersion}`)]
  switch (docker.kind) {
    case 'silent':
      // Nobody asked for containers: who does, gets the reason and the remedy from the command that needs them.
      return [ok(CHECK, `${briefly(docker.problem)}: the embedded runtime is used`)]
    case 'unfit':
      return [warn(CHECK, docker.problem, `${docker.remedy}, or use the embedded runtime`)]
    default:
      // No Docker, or Podman in its clothes, which speaks for itself.
      return []
  }
}
