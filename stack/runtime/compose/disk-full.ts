// An engine whose disk is full: how it says so, and what to do.

export const DISK_ADVICE =
  "free some of the engine's disk (docker system df shows it, docker system prune removes what nobody uses)"

export function isDiskFull(said: string): boolean {
  return /no space left on device|ENOSPC/i.test(said)
}
