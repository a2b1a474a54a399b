// The run's result for the terminal: little when it passes, everything needed when it does not.
import { styleText } from 'node:util'
import { measurementText } from '../harness/judge/model/measurement-text.ts'
import type { Tally } from '../harness/judge/model/tally.ts'
import type { Finding, ScenarioResult, Verdict } from '../harness/judge/model/verdict.ts'
import type { RunResult } from '../harness/judge/run-result.ts'
import { missedUnbound, type Told } from './content/measurements.ts'
import { formatCount } from './content/numbers.ts'
import { groupBySuite, sumInWords, totalTally } from './content/summary.ts'
import { verdictSentence } from './content/verdict-sentence.ts'
import { clip, visibleLine } from './content/visible-text.ts'

const columns = 80
const maxExamples = 5
const maxLength = 900

const maxSkippedEach = 3
const colours = { pass: 'green', fail: 'red', unknown: 'yellow', skipped: 'gray' } as const

export interface TerminalOptions {
  /** Where report.html stands, as the person is to open it; without it no such line is printed. */
  readonly reportFile?: string
}

/**
 * One line a suite, then each scenario that is no pass with what is needed to act on it, then the verdict.
 * At most 80 columns wide, apart from commands and paths, which stay whole for copying. Colour only where stdout shows
 * it: NO_COLOR and FORCE_COLOR are honoured. Ends with a line feed.
 */
export function renderTable(result: RunResult, options: TerminalOptions = {}): string {
  const of = (verdict: Verdict) => result.scenarios.filter((scenario) => scenario.verdict === verdict)
  const blocks = [
    result.scenarios.length === 0
      ? ''
      : [suiteTable(result), ...wrap(sumInWords(totalTally(result.scenarios)), 0)].join('\n').trimEnd(),
    ...of('fail').map(details),
    ...of('unknown').map(details),
    ...[...Map.groupBy(of('skipped'), ({ reason }) => reason)].map(skipped),
    missedUnbound(result.scenarios).flatMap(beyond).join('\n'),
    [
      ...wrap(`${result.verdict.toUpperCase()} — ${verdictSentence(result)}`, 0).map((line, index) =>
        index === 0 ? paint(result.verdict, line, result.verdict.length) : line,
      ),
      ...(options.reportFile === undefined ? [] : [`Report: ${visibleLine(options.reportFile)}`]),
    ].join('\n'),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

type Row = readonly [suite: string, held: string, verdict: string, ...numbers: string[]]

function suiteTable({ scenarios, verdict, durationMs }: RunResult): string {
  const suites = groupBySuite(scenarios)
  const row = (name: string, members: readonly ScenarioResult[], verdict: Verdict, tally: Tally, ms: number): Row => {
    const passed = members.filter((member) => member.verdict === 'pass').length
    const numbers = [tally.offered, tally.stored, tally.lost, tally.duplicated, tally.corrupted, tally.leaked].map(
      shortCount,
    )
    return [visibleLine(name), `${passed}/${members.length}`, verdict, ...numbers, seconds(ms)]
  }
  const rows: readonly Row[] = [
    ['suite', 'passed', 'verdict', 'offered', 'stored', 'lost', 'dup', 'corrupt', 'leaked', 'sec'],
    ...suites.map((suite) => row(suite.name, suite.scenarios, suite.verdict, suite.tally, suite.durationMs)),
    row('total', scenarios, verdict, totalTally(scenarios), durationMs),
  ]
  const width = (index: number) => Math.max(...rows.map((cells) => (cells[index] ?? '').length))
  const others = rows[0]?.slice(1).reduce((sum, _, index) => sum + width(index + 1) + 1, 0) ?? 0
  const suiteWidth = Math.max(5, Math.min(width(0), columns - others))
  const lines = rows.map((cells, line) =>
    cells
      .map((cell, index) => {
        if (index === 0)
          return (cell.length > suiteWidth ? `${cell.slice(0, suiteWidth - 1)}…` : cell).padEnd(suiteWidth)
        if (index !== 2) return cell.padStart(width(index))
        const shown = cell.padEnd(width(index))
        const [judged] = line === 0 ? [] : [suites[line - 1]?.verdict ?? verdict]
        return judged === undefined ? shown : paint(judged, shown, cell.length)
      })
      .join(' ')
      .trimEnd(),
  )
  return lines.map((line, index) => (index === 0 ? styleText('bold', line) : line)).join('\n')
}

function details(scenario: ScenarioResult): string {
  const verdict = scenario.verdict.toUpperCase()
  const findings = scenario.findings.filter((finding) => finding.verdict !== 'pass')
  const own = findings.flatMap((finding) => finding.examples)
  const examples = own.length > 0 ? own : scenario.examples
  const lines = [
    ...wrap(`${verdict} ${line(scenario.title)} (${line(scenario.id)})`, 0, 2).map((text, index) =>
      index === 0 ? paint(scenario.verdict, text, verdict.length) : text,
    ),
    ...(!isTold(scenario.reason, findings) ? wrap(line(scenario.reason), 2) : []),
    ...findings.flatMap((finding) => wrap(`${line(finding.oracle)}: ${line(finding.message)}`, 2, 4)),
    ...examples.slice(0, maxExamples).flatMap((example) => wrap(`- ${line(example)}`, 4, 6)),
    ...(examples.length > maxExamples ? [`    - ${examples.length - maxExamples} more in the report`] : []),
    `  replay: ${visibleLine(scenario.replay)}`,
  ]
  return lines.join('\n')
}

/** Whether the findings below say all that the reason says. */
function isTold(reason: string, findings: readonly Finding[]): boolean {
  const whole = findings.map(({ oracle, message }) => `${oracle}: ${message}`).join('; ')
  return findings.some(({ message }) => message === reason) || (findings.length > 0 && whole === reason)
}

/** Scenarios that were skipped for the same reason are told in one breath when there are many. */
function skipped([reason, scenarios]: [string, readonly ScenarioResult[]]): string {
  const told =
    scenarios.length > maxSkippedEach
      ? [`SKIPPED ${scenarios.length} scenarios: ${line(reason)}`]
      : scenarios.map((scenario) => `SKIPPED ${line(scenario.title)} (${line(scenario.id)}): ${line(reason)}`)
  return told
    .flatMap((text) =>
      wrap(text, 0, 2).map((shown, index) => (index === 0 ? paint('skipped', shown, 'SKIPPED'.length) : shown)),
    )
    .join('\n')
}

/** No verdict says it: the limit does not bind here. */
function beyond({ scenario, measurement }: Told): string[] {
  return wrap(`BEYOND ${line(measurementText(measurement))} (${line(scenario.id)})`, 0, 2)
}

function line(text: string): string {
  return clip(visibleLine(text), maxLength)
}

function paint(verdict: Verdict, text: string, length: number): string {
  return styleText(['bold', colours[verdict]], text.slice(0, length)) + text.slice(length)
}

/** Exact up to a million; past ten million in millions, which are marked. */
function shortCount(value: number): string {
  return value < 10_000_000
    ? formatCount(value).replaceAll(',', value < 1_000_000 ? ',' : '')
    : `${(value / 1e6).toFixed(1)}M`
}

function seconds(ms: number): string {
  return ms < 100_000 ? (ms / 1000).toFixed(1) : String(Math.round(ms / 1000))
}

/** Breaks at spaces, and inside a word only where the word alone is too long. */
function wrap(text: string, indent: number, hanging = indent): string[] {
  const lines: string[] = []
  let current = ' '.repeat(indent)
  let empty = true
  for (const word of text.split(' ')) {
    let rest = word
    const fits = current.length + 1 + rest.length <= columns
    if (!empty && !fits && (hanging + rest.length <= columns || current.length + 2 > columns)) {
      lines.push(current)
      current = ' '.repeat(hanging)
      empty = true
    }
    if (!empty) current += ' '
    while (current.length + rest.length > columns) {
      const room = columns - current.length
      lines.push(current + rest.slice(0, room))
      rest = rest.slice(room)
      current = ' '.repeat(hanging)
    }
    current += rest
    empty = false
  }
  return [...lines, current]
}
