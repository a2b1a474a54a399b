// Go, which builds the collector and toxiproxy for the embedded runtime where the cache does not hold them; without it, release archives.

import { ARCHIVE_WISHES, type Archives, readArchives } from '../runtime/embedded/archives.ts'
import { minimumGo } from '../runtime/embedded/go.ts'
import type { DoctorFinding } from './finding.ts'
import { bad, ok, warn } from './finding.ts'
import { firstLine, type System } from './system.ts'

const CHECK = 'go'
const LEAST = { major: minimumGo[0], minor: minimumGo[1] }

/** Go, or that release archives are taken in its place: without it, or where TELEMETRY_PROOF_ARCHIVES asks for them. */
export async function checkGo(system: System, archives?: Archives): Promise<DoctorFinding> {
  const wish = system.env.TELEMETRY_PROOF_ARCHIVES ?? ''
  if (!ARCHIVE_WISHES.includes(wish))
    return bad(
      CHECK,
      `TELEMETRY_PROOF_ARCHIVES=${wish} is unknown`,
      'set it to auto (only where Go is missing) or always',
    )
  const shown = await firstLine(system, 'go', 'version')
  const wanted = `${LEAST.major}.${LEAST.minor}`
  const advice = `only needed to build components while nothing is cached: install Go ${wanted} or newer from https://go.dev/dl`
  const [, major, minor, rest = ''] = /go(\d+)\.(\d+)([\w.]*)/.exec(shown) ?? []
  if (wish === 'always') return withArchives(system, archives ?? (await readArchives()))
  if (major === undefined || minor === undefined) return withoutGo(system, archives ?? (await readArchives()), advice)
  const enough = Number(major) > LEAST.major || (Number(major) === LEAST.major && Number(minor) >= LEAST.minor)
  const version = `${major}.${minor}${rest}`
  return enough ? ok(CHECK, `Go ${version}`) : warn(CHECK, `Go ${version} is older than ${wanted}`, advice)
}

async function withoutGo(system: System, archives: Archives, advice: string): Promise<DoctorFinding> {
  return arePinned(system, archives)
    ? ok(CHECK, 'Go is not on PATH: release archives are taken')
    : warn(CHECK, 'Go is not on PATH', `${advice} (release archives are not pinned for ${platformOf(system)})`)
}

function withArchives(system: System, archives: Archives): DoctorFinding {
  const wish = 'TELEMETRY_PROOF_ARCHIVES=always: release archives are taken'
  return arePinned(system, archives)
    ? ok(CHECK, wish)
    : warn(
        CHECK,
        `${wish}, and they are not pinned for ${platformOf(system)}`,
        'unset TELEMETRY_PROOF_ARCHIVES, or name binaries of your own',
      )
}

const platformOf = (system: System) => `${system.platform}-${system.arch}`
const arePinned = (system: System, archives: Archives) =>
  Object.values(archives).every(({ platforms }) => platforms[platformOf(system)]?.pin)
