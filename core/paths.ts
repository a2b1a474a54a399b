// Where things are: the project, the cache that projects share, and what is kept between runs.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import envPaths from 'env-paths'

const standard = envPaths('telemetry-proof', { suffix: '' })

/** The checkout this code runs from, without a trailing slash. */
export const projectRoot = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

/** The stack's files: those that are run and proven. */
export const stackDirectory = join(projectRoot, 'stack')

/** Built and fetched components, shared by all checkouts. `TELEMETRY_PROOF_CACHE` puts it elsewhere. */
export function cacheDirectory(): string {
  return process.env.TELEMETRY_PROOF_CACHE ?? standard.cache
}

/** The daily stack's data and secrets, and the register of running stacks. `TELEMETRY_PROOF_DATA` puts it elsewhere. */
export function dataDirectory(): string {
  return process.env.TELEMETRY_PROOF_DATA ?? standard.data
}
