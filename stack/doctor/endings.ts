// On a running stack: services that have ended and were started again, and those that end again and again.
import type { DoctorFinding } from './finding.ts'
import { bad, ok } from './finding.ts'

export interface Ending {
  readonly text: string
  /** Whether it ends again and again. */
  readonly loop: boolean
  /** What it logged last. */
  readonly lines: readonly string[]
}

const CHECK = 'services'

export function checkEndings(endings: readonly Ending[]): DoctorFinding[] {
  return endings.map(({ text, loop, lines }) =>
    loop
      ? bad(CHECK, `${text}; its last line: ${lines.at(-1) ?? 'none'}`, '`npm run stack -- logs` shows more')
      : ok(CHECK, text),
  )
}
