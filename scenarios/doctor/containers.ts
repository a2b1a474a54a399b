// Container engines, as information: without one the embedded runtime does.
import type { DoctorFinding } from '../run-result.ts'
import { ok, warn } from './finding.ts'
import { firstLine, type System } from './system.ts'

const CHECK = 'containers'
const LEAST_DOCKER = { major: 20, minor: 10 } as const

export async function checkContainers(system: System): Promise<readonly DoctorFinding[]> {
  const findings = (await Promise.all([docker(system), podman(system)])).filter((finding) => finding !== undefined)
  return findings.length > 0 ? findings : [ok(CHECK, 'neither Docker nor Podman: the embedded runtime is used')]
}

async function docker(system: System): Promise<DoctorFinding | undefined> {
  const client = await firstLine(system, 'docker', '--version')
  // Podman comes with a `docker` that is Podman.
  if (client === '' || /podman/i.test(client)) return undefined
  const server = await firstLine(system, 'docker', 'version', '--format', '{{.Server.Version}}')
  if (!/^\d/.test(server)) {
    const version = /\d+\.\d+[\w.]*/.exec(client)?.[0] ?? 'of unknown version'
    return ok(
      CHECK,
      `Docker ${version} is installed but does not answer: the embedded runtime is used`,
      startDocker(system),
    )
  }
  const [major = 0, minor = 0] = server.split('.').map(Number)
  if (major < LEAST_DOCKER.major || (major === LEAST_DOCKER.major && minor < LEAST_DOCKER.minor)) {
    return warn(CHECK, `Docker ${server} is older than 20.10`, 'upgrade Docker, or use the embedded runtime')
  }
  const compose = (await firstLine(system, 'docker', 'compose', 'version', '--short')).replace(/^v/, '')
  if (Number.parseInt(compose, 10) >= 2) return ok(CHECK, `Docker ${server} answers, Compose ${compose}`)
  return warn(
    CHECK,
    `Docker ${server} answers, but without Compose v2`,
    'install the plugin `docker-compose-plugin` (docker-compose-v2 on Ubuntu)',
  )
}

function startDocker(system: System): string {
  return system.platform === 'darwin'
    ? 'to use containers, start Docker Desktop (or your engine)'
    : 'to use containers: `sudo systemctl start docker`; if it runs, your user may lack the group docker'
}

async function podman(system: System): Promise<DoctorFinding | undefined> {
  // `podman info` would set up the person's storage, and the doctor changes nothing. On Linux Podman needs no service.
  const client = /\d+\.\d+[\w.]*/.exec(await firstLine(system, 'podman', '--version'))?.[0]
  if (client === undefined) return undefined
  if (system.platform === 'darwin') {
    const server = await firstLine(system, 'podman', 'version', '--format', '{{.Server.Version}}')
    if (!/^\d/.test(server)) {
      const advice = 'to use containers: `podman machine start`'
      return ok(CHECK, `Podman ${client} is installed but its machine does not answer`, advice)
    }
  }
  const compose = await firstLine(system, 'podman-compose', '--version')
  return compose === ''
    ? ok(CHECK, `Podman ${client}, without podman-compose`, 'to use it, install podman-compose')
    : ok(CHECK, `Podman ${client}, ${compose.replace(/ version:?/, '')}`)
}
