// Which platform this is, and whether it is one that the proof speaks of.
import { ciHere } from './ci.ts'
import { bad, type DoctorFinding, ok, warn } from './finding.ts'
import { firstLine, type System } from './system.ts'
import { wslVersion } from './wsl-version.ts'

const CHECK = 'platform'
/** Monterey. */
const LEAST_MACOS = 12

export interface PlatformFacts {
  readonly os: string
  readonly arch: string
  readonly kernel: string
  /** 1 or 2 inside the Windows Subsystem for Linux, else null. */
  readonly wsl: 1 | 2 | null
  readonly cpus: number
  readonly memoryBytes: number
  readonly node: string
}

export async function platformFacts(system: System): Promise<PlatformFacts> {
  return {
    os: system.platform,
    arch: system.arch,
    kernel: system.kernel,
    wsl: await wslVersion(system),
    cpus: system.cpus,
    memoryBytes: system.memoryBytes,
    node: system.node,
  }
}

export async function checkPlatform(system: System): Promise<DoctorFinding> {
  const { platform, arch } = system
  if (platform === 'win32') {
    return bad(CHECK, 'Windows itself is not supported', 'run it inside WSL 2: `wsl --install -d Ubuntu`')
  }
  if (platform !== 'linux' && platform !== 'darwin') {
    return bad(CHECK, `${platform} is not supported`, 'use macOS, Linux, or Windows with WSL 2')
  }
  if (arch !== 'x64' && arch !== 'arm64') {
    return bad(CHECK, `the processor (${arch}) is not supported`, 'use a machine with an x64 or arm64 processor')
  }
  const finding = await (platform === 'darwin' ? macos(system) : linux(system))
  const where = [await containerHere(system), ciHere(system)].filter((each) => each !== '')
  return { ...finding, message: [finding.message, ...where].join(', ') }
}

/** Files that engines put into each container; empty outside. */
async function containerHere(system: System): Promise<string> {
  if (system.platform !== 'linux') return ''
  const isThere = async (file: string) => (await system.readText(file)) !== undefined
  if (await isThere('/.dockerenv')) return 'in a Docker container'
  return (await isThere('/run/.containerenv')) ? 'in a Podman container' : ''
}

async function macos(system: System): Promise<DoctorFinding> {
  const version = await firstLine(system, 'sw_vers', '-productVersion')
  const name = `macOS${version === '' ? '' : ` ${version}`}`
  if (version !== '' && Number.parseInt(version, 10) < LEAST_MACOS)
    return warn(
      CHECK,
      `${name}: older than macOS ${LEAST_MACOS} (Monterey)`,
      'nothing is proven before Monterey: upgrade',
    )
  const translated = await firstLine(system, 'sysctl', '-n', 'sysctl.proc_translated')
  if (translated === '1') {
    return warn(
      CHECK,
      `${name} on Apple Silicon, but this Node is built for Intel and runs under Rosetta`,
      'install Node for arm64: everything is slower under Rosetta, and measured as such',
    )
  }
  return ok(CHECK, `${name} on ${system.arch === 'arm64' ? 'Apple Silicon' : 'Intel'}`)
}

async function linux(system: System): Promise<DoctorFinding> {
  const release = (await system.readText('/etc/os-release')) ?? ''
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(release)?.[1] ?? ''
  const name = field('PRETTY_NAME') || 'Linux'
  const wsl = await wslVersion(system)
  const shown = `${name} on ${system.arch}, kernel ${system.kernel}${wsl === null ? '' : `, WSL ${wsl}`}`
  if (field('ID') === 'alpine') {
    return warn(
      CHECK,
      `${shown}: without glibc`,
      'the embedded ClickHouse needs glibc: use containers, or Debian or Ubuntu',
    )
  }
  if (field('ID') === 'ubuntu' && Number(field('VERSION_ID')) < 22.04) {
    return warn(CHECK, `${shown}: older than Ubuntu 22.04`, 'nothing is proven before Ubuntu 22.04: upgrade')
  }
  return ok(CHECK, shown)
}
