// Inside WSL: its version, whether it has systemd, and a networking mode that is known to break loopback.
import type { DoctorFinding } from './finding.ts'
import { ok, warn } from './finding.ts'
import { firstLine, type System } from './system.ts'
import { wslVersion } from './wsl-version.ts'

const CHECK = 'wsl'

/** @returns no finding outside WSL */
export async function checkWsl(system: System): Promise<readonly DoctorFinding[]> {
  const version = await wslVersion(system)
  if (version === null) return []
  if (version === 1) {
    return [
      warn(
        CHECK,
        'WSL 1: supported second to WSL 2, and without container engines',
        'in Windows: `wsl --set-version <distribution> 2`; `wsl --list --verbose` shows its name',
      ),
    ]
  }
  const mode = (await firstLine(system, 'wslinfo', '--networking-mode')).toLowerCase()
  const release = await firstLine(system, 'wslinfo', '--version')
  const init = ((await system.readText('/proc/1/comm')) ?? '').trim()
  // Without systemd there is no service manager: `stack -- service install` says so.
  const manager = init === '' ? '' : init === 'systemd' ? ', with systemd' : ', without systemd'
  const shown = `WSL 2${/^\d/.test(release) ? ` (${release})` : ''}, networking mode ${mode || 'not told'}${manager}`
  if (mode === 'mirrored') {
    return [
      warn(
        CHECK,
        `${shown}: mirrored networking can break connections to 127.0.0.1`,
        'if the loopback check fails or the client cannot connect, set `networkingMode=nat` under [wsl2] in ' +
          '%UserProfile%\\.wslconfig and run `wsl --shutdown` (microsoft/WSL #13868)',
      ),
    ]
  }
  if (mode === 'none')
    return [warn(CHECK, `${shown}: nothing can be fetched`, 'set `networkingMode=nat` in .wslconfig')]
  return [ok(CHECK, shown)]
}
