// Podman, as information.
import type { DoctorFinding } from './finding.ts'
import { ok } from './finding.ts'
import { firstLine, type System } from './system.ts'

const CHECK = 'containers'

/** @returns no finding without Podman */
export async function checkPodman(system: System): Promise<readonly DoctorFinding[]> {
  // `podman info` would set up the person's storage, and the doctor changes nothing. On Linux Podman needs no service.
  const client = /\d+\.\d+[\w.]*/.exec(await firstLine(system, 'podman', '--version'))?.[0]
  if (client === undefined) return []
  if (system.platform === 'darwin') {
    const server = await firstLine(system, 'podman', 'version', '--format', '{{.Server.Version}}')
    if (!/^\d/.test(server)) {
      const advice = 'to use containers: `podman machine start`'
      return [ok(CHECK, `Podman ${client} is installed but its machine does not answer`, advice)]
    }
  }
  const compose = await firstLine(system, 'podman-compose', '--version')
  return [
    compose === ''
      ? ok(CHECK, `Podman ${client}, without podman-compose`, 'to use it, install podman-compose')
      : ok(CHECK, `Podman ${client}, ${compose.replace(/ version:?/, '')}`),
  ]
}
