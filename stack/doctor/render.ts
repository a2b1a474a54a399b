// The doctor's findings for the terminal: what is bad first, then warnings, then what is ok.
import { styleText } from 'node:util'
import type { DoctorFinding } from './finding.ts'

const COLUMNS = 80
const INDENT = 7

const looks = {
  bad: { label: 'BAD', colour: 'red' },
  warn: { label: 'WARN', colour: 'yellow' },
  ok: { label: 'ok', colour: 'green' },
} as const

/**
 * At most 80 columns wide, apart from commands and paths, which stay whole for copying. Colour only where stdout shows
 * it: NO_COLOR and FORCE_COLOR are honoured. Ends with a line feed.
 */
export function renderDoctor(findings: readonly DoctorFinding[]): string {
  const blocks = (['bad', 'warn', 'ok'] as const).flatMap((verdict) => {
    const { label, colour } = looks[verdict]
    return findings
      .filter((finding) => finding.verdict === verdict)
      .map(({ check, message, advice }) => {
        const [first = '', ...rest] = wrap(plain(`${check}: ${message}`), COLUMNS - INDENT)
        const told = advice === '' ? [] : adviceLines(plain(advice))
        const head = `${styleText(['bold', colour], label)}${' '.repeat(INDENT - label.length)}${first}`
        return [head, ...[...rest, ...told].map((line) => ' '.repeat(INDENT) + line)].join('\n')
      })
  })
  return `${[...blocks, summary(findings)].join('\n')}\n`
}

function summary(findings: readonly DoctorFinding[]): string {
  const count = (verdict: DoctorFinding['verdict']) => findings.filter((finding) => finding.verdict === verdict).length
  const [wrong, doubtful, fine] = [count('bad'), count('warn'), count('ok')]
  if (wrong + doubtful === 0) return 'No problems found.'
  const warnings = `${doubtful} ${doubtful === 1 ? 'warning' : 'warnings'}`
  return [`${wrong} bad`, warnings, ...(fine === 0 ? [] : [`${fine} ok`])].join(', ')
}

/** An arrow before the advice; a numbered list gets a line for each number. */
function adviceLines(advice: string): string[] {
  const items = advice.split(/; (?=\d+\. )/)
  return items.flatMap((item, index) =>
    wrap(item, COLUMNS - INDENT - 2).map((line, part) => `${index === 0 && part === 0 ? '→' : ' '} ${line}`),
  )
}

/** Breaks at spaces, but never inside a command between backticks. */
function wrap(text: string, width: number): string[] {
  const words = text.match(/(?:`[^`]*`|[^\s`])+/g) ?? []
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Names of processes and texts of other programs must not steer the terminal. */
function plain(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ')
}
