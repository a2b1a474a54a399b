// What a check of the doctor found, and short ways to write it.

/** One line of the doctor's findings. */
export interface DoctorFinding {
  readonly check: string
  readonly verdict: 'ok' | 'warn' | 'bad'
  readonly message: string
  /** What to do about it; empty when there is nothing to do. */
  readonly advice: string
}

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
