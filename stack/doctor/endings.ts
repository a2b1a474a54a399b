// On a running stack: services that have ended and were started again, and those that end again and again.
import type { DoctorFinding } from './finding.ts'
import { bad, ok } from './finding.ts'
import type { System } from './system.ts'

export interface Ending {
  readonly text: string
  /** Whether it ends again and again. */
  readonly loop: boolean
  /** Whether it runs again. */
  readonly runs: boolean
  /** What it logged last. */
  readonly lines: readonly string[]
}

const CHECK = 'services'

export function checkEndings(endings: readonly Ending[]): DoctorFinding[] {
  return endings.map(({ text, loop, runs, lines }) =>
    loop || !runs
      ? bad(CHECK, `${text}; its last line: ${lines.at(-1) ?? 'none'}`, '`npm run stack -- logs` shows more')
      : ok(CHECK, text),
  )
}

/** Which of them answer is asked of each by itself: one that does not must not hide another. */
export async function checkAnswers(system: System, probes: Readonly<Record<string, string>>): Promise<DoctorFinding[]> {
  const found = await Promise.all(
    Object.entries(probes).map(async ([name, url]) =>
      (await system.fetchText(url)) === undefined
        ? bad(CHECK, `${name} does not answer on ${url}`, `\`npm run stack -- logs ${name}\` shows why`)
        : [],
    ),
  )
  return found.flat()
}
