// The system clock: events stamped with a wrong year would be stored under it, and deleted by it.
import { isoTime } from '../../core/clock.ts'
import type { DoctorFinding } from './finding.ts'
import { bad, ok } from './finding.ts'
import type { System } from './system.ts'

const EARLIEST_MS = Date.UTC(2026, 0, 1)

export function checkSystemClock(system: System): DoctorFinding {
  const now = system.nowMs()
  if (now >= EARLIEST_MS) return ok('clock', `the system clock says ${isoTime(now)}`)
  return bad('clock', `the system clock is wrong: ${isoTime(now)}`, 'set it; inside WSL: `sudo hwclock -s`')
}
