// Whether this Linux runs inside the Windows Subsystem for Linux, and in which version of it.
import type { System } from './system.ts'

/** @returns 1 or 2, null outside WSL */
export async function wslVersion(system: System): Promise<1 | 2 | null> {
  if (system.platform !== 'linux') return null
  const kernel = `${(await system.readText('/proc/version')) ?? ''} ${system.kernel}`
  // WSL 1 calls its imitated kernel `4.4.0-19041-Microsoft`, WSL 2 its real one `5.15…-microsoft-standard-WSL2`.
  if (/-Microsoft\b/.test(kernel)) return 1
  if (/microsoft|WSL2/i.test(kernel)) return 2
  // A kernel that a person built may bear any name, but Windows programs can be run all the same.
  for (const name of ['WSLInterop', 'WSLInterop-late']) {
    if ((await system.readText(`/proc/sys/fs/binfmt_misc/${name}`)) !== undefined) return 2
  }
  return null
}
