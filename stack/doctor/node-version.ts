// The version of Node: the project runs TypeScript and `await using` as they are.
import type { DoctorFinding } from './finding.ts'
import { ok, warn } from './finding.ts'
import type { System } from './system.ts'

const CHECK = 'node'
const WANTED_MAJOR = 26

export function checkNode(system: System): DoctorFinding {
  const major = Number.parseInt(system.node, 10)
  if (major >= WANTED_MAJOR) return ok(CHECK, `Node ${system.node}`)
  return warn(
    CHECK,
    `Node ${system.node}; proven with ${WANTED_MAJOR}`,
    'start it with `npm run doctor`: the npm scripts bring their own Node',
  )
}
