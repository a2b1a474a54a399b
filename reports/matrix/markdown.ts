// matrix.md: the matrix for the job page of a CI system, the verdict first and the detail folded.
import { formatDuration } from '../content/numbers.ts'
import { requirementText } from '../content/requirements.ts'
import { code, escapeMarkdown, signs, table } from '../markdown.ts'
import type { LegResult, Matrix } from './matrix.ts'
import {
  type Cell,
  comparedSentence,
  countsOf,
  differenceSentence,
  machineOf,
  matrixSentence,
  requirementLines,
  scenarioLines,
} from './words.ts'

/** A job page takes one mebibyte of UTF-8. */
const MOST_BYTES = 1_000_000
const MOST_LINES = 200
const MOST_REASONS = 50

/** At most a million bytes, whatever the legs say. */
export function renderMatrixMarkdown(matrix: Matrix): string {
  const head = [
    `# ${matrix.verdict.toUpperCase()} — Telemetry Proof on ${matrix.legs.length} platforms`,
    `${signs[matrix.verdict].split(' ')[0]} **${escapeMarkdown(matrixSentence(matrix))}**`,
    escapeMarkdown(comparedSentence(matrix)),
    legsTable(matrix.legs),
    differences(matrix),
  ]
  const folded = [
    fold('What did not pass', reasons(matrix.legs)),
    fold('Scenarios that did not pass everywhere', lines(matrix.legs)),
    fold('Requirements', requirements(matrix.legs)),
  ]
  const parts = [...head, ...folded].filter((part) => part !== '')
  // The detail goes first.
  while (parts.length > 2 && Buffer.byteLength(parts.join('\n\n')) > MOST_BYTES) parts.pop()
  return `${parts.join('\n\n')}\n`
}

function legsTable(legs: readonly LegResult[]): string {
  if (legs.length === 0) return ''
  const rows = legs.map(({ name, verdict, problem, report }) => [
    escapeMarkdown(name),
    signs[verdict],
    escapeMarkdown([...(problem === '' ? [] : [problem]), ...(report ? [countsOf(report)] : [])].join('; ')),
    report ? report.runtime.kind : '',
    report ? escapeMarkdown(machineOf(report)) : '',
    report ? formatDuration(report.durationMs) : '',
  ])
  return table(['Platform', 'Verdict', 'Scenarios', 'Runtime', 'Machine', 'Took:'], rows)
}

function differences({ differences: all }: Matrix): string {
  if (all.length === 0) return ''
  const more = all.length > MOST_REASONS ? [`- …and ${all.length - MOST_REASONS} more`] : []
  const said = all.slice(0, MOST_REASONS).map((each) => `- ${escapeMarkdown(differenceSentence(each))}`)
  return `## Stored differently\n\n${[...said, ...more].join('\n')}`
}

function reasons(legs: readonly LegResult[]): string {
  const all = legs.flatMap(({ name, report }) =>
    (report?.scenarios ?? [])
      .filter(({ verdict }) => verdict === 'fail' || verdict === 'unknown')
      .map(({ id, verdict, reason, replay }) =>
        [`- ${signs[verdict]} ${code(name)} ${code(id)}: ${escapeMarkdown(reason)}`, `  replay: ${code(replay)}`].join(
          '\n',
        ),
      ),
  )
  const more =
    all.length > MOST_REASONS ? [`- …and ${all.length - MOST_REASONS} more: see the reports of the legs`] : []
  return [...all.slice(0, MOST_REASONS), ...more].join('\n')
}

function lines(legs: readonly LegResult[]): string {
  const all = scenarioLines(legs)
  if (all.length === 0) return ''
  const rows = all.slice(0, MOST_LINES).map(({ id, cells }) => [code(id).replaceAll('|', '\\|'), ...cells.map(cell)])
  const more = all.length > MOST_LINES ? `\n\n…and ${all.length - MOST_LINES} more` : ''
  return `${table(['Scenario', ...legs.map(({ name }) => escapeMarkdown(name))], rows)}${more}`
}

function requirements(legs: readonly LegResult[]): string {
  const all = requirementLines(legs)
  if (all.length === 0) return ''
  const rows = all.map(({ id, cells }) => [escapeMarkdown(`${id} ${requirementText(id)}`), ...cells.map(cell)])
  return table(['Requirement', ...legs.map(({ name }) => escapeMarkdown(name))], rows)
}

function cell({ verdict }: Cell): string {
  return verdict === 'absent' ? '–' : signs[verdict]
}

function fold(title: string, content: string): string {
  return content === '' ? '' : `<details><summary>${title}</summary>\n\n${content}\n\n</details>`
}
