// Free disk against the minimum machine of 10 GB, where the components and where the data go.
import type { DoctorFinding } from './finding.ts'
import { bad, gibibytes, ok, warn } from './finding.ts'
import type { System } from './system.ts'

const CHECK = 'disk'
const WANTED_BYTES = 10e9
// A build of the collector takes as much for a while, and a full disk stops the queue that nothing is lost in.
const LEAST_BYTES = 4 * 1024 ** 3

const places = [
  { key: 'cacheDirectory', what: 'the cache', variable: 'TELEMETRY_PROOF_CACHE' },
  { key: 'dataDirectory', what: 'the data', variable: 'TELEMETRY_PROOF_DATA' },
] as const

export async function checkDisk(system: System): Promise<readonly DoctorFinding[]> {
  return Promise.all(
    places.map(async ({ key, what, variable }) => {
      const directory = system[key]
      const obstacle = await system.obstacle(directory)
      if (obstacle !== undefined)
        return bad(
          CHECK,
          `${what} (${directory}) cannot be kept: ${obstacle}`,
          `set ${variable} to a directory of yours`,
        )
      const free = await system.freeBytes(directory)
      if (free === undefined) {
        return warn(CHECK, `free space for ${what} (${directory}) cannot be read`, `check it by hand: \`df -h\``)
      }
      const shown = `${gibibytes(free)} free for ${what} (${directory}); 10 GB are needed`
      if (free >= WANTED_BYTES) return ok(CHECK, shown)
      const advice = `free some space there, or set ${variable} to a directory on another disk`
      return free >= LEAST_BYTES ? warn(CHECK, `only ${shown}`, advice) : bad(CHECK, `only ${shown}`, advice)
    }),
  )
}
