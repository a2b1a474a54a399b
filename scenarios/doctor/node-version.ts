// The version of Node: the project runs TypeScript and `await using` as they are.
import type { DoctorFinding } from '../run-result.ts'
import { bad, ok, warn } from './finding.ts'
import type { System } from './system.ts'

const CHECK = 'node'
const WANTED_MAJOR = 26
const LEAST_MAJOR = 24

export function checkNode(system: System): DoctorFinding {
  const major = Number.parseInt(system.node, 10)
  if (major >= WANTED_MAJOR) return ok(CHECK, `Node ${system.node}`)
  const advice = `\`npm ci --include=optional\` brings Node ${WANTED_MAJOR} for the npm scripts; or install it from https://nodejs.org`
  return major >= LEAST_MAJOR
    ? warn(CHECK, `Node ${system.node}; proven with ${WANTED_MAJOR}`, advice)
    : bad(CHECK, `Node ${system.node} is too old; ${WANTED_MAJOR} is needed`, advice)
}
