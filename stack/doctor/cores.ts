// Processor cores against the minimum machine of 2.
import type { DoctorFinding } from './finding.ts'
import { ok, warn } from './finding.ts'
import type { System } from './system.ts'

export function checkCores(system: System): DoctorFinding {
  if (system.cpus >= 2) return ok('cores', `${system.cpus} cores; 2 are needed`)
  return warn('cores', 'only one core; 2 are needed', 'it works, but slowly: give this machine or container 2 cores')
}
