// Go, which builds the collector and toxiproxy for the embedded runtime where the cache does not hold them; without it, release archives.

import { type Archives, readArchives } from '../runtime/embedded/archives.ts'
import { minimumGo } from '../runtime/embedded/go.ts'
import type { DoctorFinding } from './finding.ts'
import { ok, warn } from './finding.ts'
import { firstLine, type System } from './system.ts'

const CHECK = 'go'
const LEAST = { major: minimumGo[0], minor: minimumGo[1] }

export async function checkGo(system: System, archives?: Archives): Promise<DoctorFinding> {
  const shown = await firstLine(system, 'go', 'version')
  const wanted = `${LEAST.major}.${LEAST.minor}`
  const advice = `only needed to build components while nothing is cached: install Go ${wanted} or newer from https://go.dev/dl`
  const [, major, minor, rest = ''] = /go(\d+)\.(\d+)([\w.]*)/.exec(shown) ?? []
  if (major === undefined || minor === undefined) return withoutGo(system, archives ?? (await readArchives()), advice)
  const enough = Number(major) > LEAST.major || (Number(major) === LEAST.major && Number(minor) >= LEAST.minor)
  const version = `${major}.${minor}${rest}`
  return enough ? ok(CHECK, `Go ${version}`) : warn(CHECK, `Go ${version} is older than ${wanted}`, advice)
}

async function withoutGo(system: System, archives: Archives, advice: string): Promise<DoctorFinding> {
  const platform = `${system.platform}-${system.arch}`
  return Object.values(archives).every(({ platforms }) => platforms[platform]?.pin)
    ? ok(CHECK, 'Go is not on PATH: release archives are taken')
    : warn(CHECK, 'Go is not on PATH', `${advice} (release archives are not pinned for ${platform})`)
}
