// summary.md: the run's result for the job page of a CI system.

import { measurementVerdict } from '../harness/judge/model/measurement.ts'
import { limitText, valueText } from '../harness/judge/model/measurement-text.ts'
import { mustBeZeroFields } from '../harness/judge/model/tally.ts'
import type { ScenarioResult } from '../harness/judge/model/verdict.ts'
import type { RunResult } from '../harness/judge/run-result.ts'
import { cellText, faultTable } from './content/fault-table.ts'
import { allMeasurements, isShownOnly } from './content/measurements.ts'
import { formatCount, formatDuration } from './content/numbers.ts'
import { requirementText } from './content/requirements.ts'
import { groupBySuite, sumInWords, totalTally } from './content/summary.ts'
import { verdictSentence } from './content/verdict-sentence.ts'
import { clip, visibleLine } from './content/visible-text.ts'

// A job page takes one mebibyte at most; what is left out stands in report.html.
const maxScenarios = 40
const maxExamples = 5
const maxMeasurements = 100
const maxLength = 600

export const signs = {
  pass: '✅ pass',
  partly: '◐ partly proven',
  fail: '❌ fail',
  unknown: '❓ unknown',
  skipped: '⏭️ skipped',
}

/** GitHub-flavoured Markdown: the verdict, the tally by suite, requirements, what did not pass, components. */
export function renderMarkdown(result: RunResult): string {
  const parts = [
    `# ${result.verdict.toUpperCase()} — Telemetry Proof`,
    `${signs[result.verdict].split(' ')[0]} **${escapeMarkdown(verdictSentence(result))}**`,
    `Run ${code(result.runId)} · seed ${code(String(result.seed))} · profile ${result.profile} · ${formatDuration(result.durationMs)}`,
    suites(result),
    requirements(result),
    ...notPassed(result),
    ...faults(result),
    measurements(result),
    components(result),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** Text that Markdown and HTML leave as it is, on one line, also inside a table. */
export function escapeMarkdown(text: string): string {
  return clip(visibleLine(text), maxLength)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|~#$!@]/g, '\\$&')
    .replace(/(?<=https?):|(?<=www)\./gi, (sign) => (sign === ':' ? '&#58;' : '&#46;'))
}

export function code(text: string): string {
  const line = clip(visibleLine(text), maxLength)
  if (line === '') return ''
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${fence}${space}${line}${space}${fence}`
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    row(head),
    row(head.map((name) => (name.endsWith(':') ? '---:' : '---'))).replaceAll(' ', ''),
    ...rows.map(row),
  ]
    .join('\n')
    .replace(/^\|.*\|$/m, (first) => first.replaceAll(': |', ' |'))
}

function suites(result: RunResult): string {
  if (result.scenarios.length === 0) return ''
  const cells = (tally: ReturnType<typeof totalTally>) =>
    (['offered', 'stored', ...mustBeZeroFields] as const).map((field) => formatCount(tally[field]))
  const rows = groupBySuite(result.scenarios).map((suite) => [
    escapeMarkdown(suite.name),
    signs[suite.verdict],
    formatCount(suite.scenarios.length),
    ...cells(suite.tally),
  ])
  const total = [
    '**total**',
    signs[result.verdict],
    formatCount(result.scenarios.length),
    ...cells(totalTally(result.scenarios)),
  ]
  const head = [
    'Suite',
    'Verdict',
    'Scenarios:',
    'Offered:',
    'Stored:',
    ...mustBeZeroFields.map((field) => `${field.charAt(0).toUpperCase()}${field.slice(1)}:`),
  ]
  const sum = sumInWords(totalTally(result.scenarios))
  return `## Suites\n\n${table(head, [...rows, total])}${sum === '' ? '' : `\n\n${sum}`}`
}

function requirements(result: RunResult): string {
  if (result.requirements.length === 0) return ''
  const rows = result.requirements.map(({ id, verdict, scenarios, notProven }) => [
    escapeMarkdown(id),
    escapeMarkdown(`${requirementText(id)}${notProven === '' ? '' : ` Not proven here: ${notProven}.`}`),
    signs[verdict],
    formatCount(scenarios.length),
  ])
  return `## Requirements\n\n${table(['Id', 'What it asks', 'Verdict', 'Scenarios:'], rows)}`
}

function notPassed({ scenarios }: RunResult): readonly string[] {
  const broken = [
    ...scenarios.filter(({ verdict }) => verdict === 'fail'),
    ...scenarios.filter(({ verdict }) => verdict === 'unknown'),
  ]
  const skipped = scenarios.filter(({ verdict }) => verdict === 'skipped')
  const more = broken.length > maxScenarios ? [`…and ${broken.length - maxScenarios} more: see report.html.`] : []
  const lines = skipped
    .slice(0, maxScenarios)
    .map(({ id, title, reason }) => `- ${code(id)} ${escapeMarkdown(title)}: ${escapeMarkdown(reason)}`)
  const rest = skipped.length > maxScenarios ? [`- …and ${skipped.length - maxScenarios} more: see report.html.`] : []
  return [
    ...(broken.length === 0 ? [] : ['## What does not hold', ...broken.slice(0, maxScenarios).map(details), ...more]),
    ...(lines.length === 0 ? [] : [`## Skipped\n\n${[...lines, ...rest].join('\n')}`]),
  ]
}

function details(scenario: ScenarioResult): string {
  const findings = scenario.findings.filter(({ verdict }) => verdict !== 'pass')
  const lines = [
    `### ${signs[scenario.verdict]}: ${escapeMarkdown(scenario.title)}`,
    '',
    escapeMarkdown(scenario.reason),
    '',
    ...findings.map(
      ({ oracle, verdict, message }) => `- oracle ${code(oracle)} says ${verdict}: ${escapeMarkdown(message)}`,
    ),
    ...scenario.examples.slice(0, maxExamples).map((example) => `- for example ${code(example)}`),
    `- replay: ${code(scenario.replay)}`,
  ]
  return lines.join('\n')
}

function faults(result: RunResult): readonly string[] {
  const matrix = faultTable(result)
  if (matrix === undefined) return []
  const rows = matrix.rows.map(({ kind, cells, untriedStages }) => [
    code(kind),
    ...cells.map(cellText),
    untriedStages.join(', '),
  ])
  const sides = result.scenarios.flatMap(({ sideBySide }) => sideBySide)
  const missing = ({ offered, missing }: (typeof sides)[number]['stock']) =>
    `${formatCount(missing)} of ${formatCount(offered)}`
  return [
    `## Faults\n\n${table(['Kind', ...matrix.columns.map((column) => `${escapeMarkdown(column)}:`), 'Not tried at'], rows)}`,
    ...(matrix.untriedKinds.length === 0
      ? []
      : [`Kinds that this run did not try: ${matrix.untriedKinds.map(code).join(', ')}.`]),
    ...(sides.length === 0
      ? []
      : [
          `## Missing at the end, compared with the baseline stack\n\n${table(
            ['What happened', 'This stack and its relay:', 'Baseline:'],
            sides.map(({ situation, proven, stock }) => [escapeMarkdown(situation), missing(proven), missing(stock)]),
          )}`,
        ]),
  ]
}

function measurements({ scenarios }: RunResult): string {
  const all = allMeasurements(scenarios)
  if (all.length === 0) return ''
  const rows = all
    .slice(0, maxMeasurements)
    .map(({ scenario, measurement }) => [
      code(scenario.id).replaceAll('|', '\\|'),
      escapeMarkdown(measurement.name),
      escapeMarkdown(valueText(measurement)),
      escapeMarkdown(limitText(measurement)),
      isShownOnly(measurement) ? '–' : signs[measurementVerdict(measurement)],
    ])
  const more = all.length > maxMeasurements ? `\n\n…and ${all.length - maxMeasurements} more: see report.html.` : ''
  return `## Measurements\n\n${table(['Scenario', 'What', 'Value:', 'Limit', 'Verdict'], rows)}${more}`
}

function components({ runtime, platform }: RunResult): string {
  const rows = runtime.components.map(({ name, version, source }) => [
    escapeMarkdown(name),
    code(version).replaceAll('|', '\\|'),
    escapeMarkdown(source),
  ])
  const machine = `${platform.os} ${platform.arch}, kernel ${platform.kernel}, ${platform.cpus} CPUs, Node ${platform.node}; runtime ${runtime.kind}: ${runtime.reason}`
  return `## Machine and components\n\n${escapeMarkdown(machine)}${rows.length === 0 ? '' : `\n\n${table(['Component', 'Version', 'Source'], rows)}`}`
}
