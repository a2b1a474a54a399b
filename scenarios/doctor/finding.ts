// Short ways to write a finding.
import type { DoctorFinding } from '../run-result.ts'

export function ok(check: string, message: string, advice = ''): DoctorFinding {
  return { check, verdict: 'ok', message, advice }
}

export function warn(check: string, message: string, advice: string): DoctorFinding {
  return { check, verdict: 'warn', message, advice }
}

export function bad(check: string, message: string, advice: string): DoctorFinding {
  return { check, verdict: 'bad', message, advice }
}

/** `7.6 GiB` */
export function gibibytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`
}
