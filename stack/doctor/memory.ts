// Memory against the minimum machine of 4 GB.
import type { DoctorFinding } from './finding.ts'
import { bad, gibibytes, ok, warn } from './finding.ts'
import type { System } from './system.ts'
import { wslVersion } from './wsl-version.ts'

const CHECK = 'memory'
const GIB = 1024 ** 3
// A machine sold with 4 GB shows less: firmware and graphics keep their part.
const WANTED_BYTES = 3.5 * GIB
// The limits of the services alone add up to 1.3 GiB.
const LEAST_BYTES = 2 * GIB

export async function checkMemory(system: System): Promise<DoctorFinding> {
  const shown = gibibytes(system.memoryBytes)
  if (system.memoryBytes >= WANTED_BYTES) return ok(CHECK, `${shown} of memory; 4 GB are needed`)
  const advice =
    (await wslVersion(system)) === 2
      ? 'WSL 2 gets half of the memory: set `memory=4GB` under [wsl2] in %UserProfile%\\.wslconfig and run `wsl --shutdown`'
      : 'use a machine, or a limit for this container or virtual machine, of at least 4 GB'
  const message = `only ${shown} of memory; 4 GB are needed`
  return system.memoryBytes >= LEAST_BYTES ? warn(CHECK, message, advice) : bad(CHECK, message, advice)
}
