// A load's preview as text.
import type { Quantiles } from '../quantiles.ts'
import type { Survey } from './survey.ts'
import { timeline } from './timeline.ts'

const BARS = ' ▁▂▃▄▅▆▇█'
const WIDE = 20

export function previewText(title: string, survey: Survey): string {
  const { sessions, runs, events, dataPoints, people, versions } = survey
  const rows = timeline(survey.hours)
  const most = Math.max(1, ...rows.flatMap(({ counts }) => counts))
  const bar = (count: number) => BARS[Math.ceil((count / most) * (BARS.length - 1))] ?? ' '
  return [
    `${title}: ${number(events)} events and ${number(dataPoints)} data points in ${counted(sessions, 'session', 'sessions')} (the client was started ${counted(runs, 'time', 'times')}) of ${counted(people, 'person', 'people')}, ${counted(versions, 'version', 'versions')} of the client, ${usd(sum(survey.costOfModels))}`,
    '',
    `events over time (UTC; a column is ${rows[0]?.name.length === 7 ? 'a day' : 'an hour'}, the highest has ${number(most)})`,
    ...rows.map(({ name, counts }) => {
      const total = number(counts.reduce((all, count) => all + count, 0))
      return `  ${name.padEnd(WIDE)}│${counts.map(bar).join('')}│ ${total}`
    }),
    '',
    table('', ['p10', 'p50', 'p90', 'p99', 'most', 'count']),
    quantiles('events of a run', survey.eventsOfRun),
    quantiles('minutes of a run', survey.minutesOfRun),
    quantiles('characters of a prompt', survey.promptCharacters),
    '',
    'bytes of a record, as JSON',
    ...[...survey.bytes].sort(([, a], [, b]) => b.count - a.count).map(([name, sizes]) => quantiles(name, sizes)),
    '',
    `cost by model: ${[...survey.costOfModels].map(([model, cost]) => `${model} ${usd(cost)}`).join(', ')}`,
    '',
  ].join('\n')
}

function quantiles(name: string, of: Quantiles): string {
  return table(name, [...[0.1, 0.5, 0.9, 0.99].map((p) => number(of.at(p))), number(of.max), number(of.count)])
}

function table(name: string, cells: readonly string[]): string {
  return `  ${name.padEnd(24)}${cells.map((cell) => cell.padStart(10)).join('')}`
}

export function number(value: number): string {
  return Math.round(value).toLocaleString('en')
}

export function usd(value: number): string {
  return `$${value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
}

export function counted(count: number, one: string, many: string): string {
  return `${number(count)} ${count === 1 ? one : many}`
}

export function sum(amounts: ReadonlyMap<unknown, number>): number {
  return [...amounts.values()].reduce((all, amount) => all + amount, 0)
}
