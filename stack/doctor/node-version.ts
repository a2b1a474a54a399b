// The version of Node: the project runs TypeScript and `await using` as they are.
import { join } from 'node:path'
import type { DoctorFinding } from './finding.ts'
import { ok, warn } from './finding.ts'
import { firstLine, type System } from './system.ts'

const CHECK = 'node'
const WANTED_MAJOR = 26

export async function checkNode(system: System): Promise<DoctorFinding> {
  const major = Number.parseInt(system.node, 10)
  const found = await onPath(system)
  const beside = found === '' || found === `v${system.node}` ? '' : `; on PATH is ${found}`
  if (major >= WANTED_MAJOR) return ok(CHECK, `Node ${system.node}${beside}`)
  return warn(
    CHECK,
    `Node ${system.node}; proven with ${WANTED_MAJOR}${beside}`,
    'start it with `npm run doctor`: the npm scripts bring their own Node',
  )
}

/** The Node of the person's shell: npm and this project put their own before it. */
async function onPath(system: System): Promise<string> {
  const directories = (system.env.PATH ?? '').split(':').filter((each) => each !== '' && !each.includes('node_modules'))
  for (const directory of directories) {
    const version = await firstLine(system, join(directory, 'node'), '--version')
    if (version !== '') return version
  }
  return ''
}
