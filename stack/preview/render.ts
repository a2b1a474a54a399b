// A preview as people read it: each record, and what became of all of them.
import { SWITCHES, type Switch } from './client-records.ts'
import type { Previewed, Tally } from './preview.ts'

const MOST_CHARACTERS = 200

export function recordLines(record: Previewed): string[] {
  if ('leftOutBy' in record) return [`${record.event}: left out, it touches ${record.leftOutBy.join(', ')}`]
  const { 'event.name': _, ...attributes } = record.attributes
  return [record.event, ...Object.entries(attributes).map(([key, value]) => `  ${key}: ${shownValue(value)}`)]
}

export function tallyLines({ lines, records, leftOut, replaced, switches }: Tally, switchesOn: boolean): string[] {
  return [
    `${counted(records.sent, 'record')}: ${records.stored} would be stored, ${records.leftOut} left out because of a path.`,
    ...table('left out by', leftOut),
    ...table('values in which something was replaced, by rule', replaced),
    `sent only with a switch of the client (${switchesOn ? 'on here' : 'off, as by default; --all-switches shows them'}):`,
    ...SWITCHES.map((name) => `  ${name}: ${withSwitch(name, switches[name], switchesOn)}`),
    '  OTEL_LOG_RAW_API_BODIES: whole requests and answers, also what tools returned; not shown here',
    'Not in a transcript, so not shown: sums (metrics), costs, settings, hooks, connections, who you are (user.*).',
    ...skipped(lines),
  ]
}

function withSwitch(name: Switch, values: Readonly<Record<string, number>>, isOn: boolean): string {
  const parts = Object.entries(values).map(([key, count]) => `${key} of ${counted(count, 'record')}`)
  const instead = isOn || parts.length === 0 || name === 'OTEL_LOG_TOOL_DETAILS' ? '' : '; without it <REDACTED>'
  return `${parts.join(', ') || 'nothing'}${instead}`
}

function table(title: string, counts: Readonly<Record<string, number>>): string[] {
  const rows = Object.entries(counts).sort(([, a], [, b]) => b - a)
  return rows.length === 0
    ? []
    : [`${title}:`, ...rows.map(([name, count]) => `  ${String(count).padStart(5)}  ${name}`)]
}

function skipped({ other, noJson, tooLong, isCutOff }: Tally['lines']): string[] {
  const parts = [
    ...(other > 0 ? [`${counted(other, 'line')} of other kinds`] : []),
    ...(noJson > 0 ? [`${counted(noJson, 'line')} that cannot be read`] : []),
    ...(tooLong > 0 ? [`${counted(tooLong, 'line')} of more than 16 MiB`] : []),
    ...(isCutOff ? ['the last line, which is not whole (the session may still run)'] : []),
  ]
  return parts.length === 0 ? [] : [`passed over: ${parts.join(', ')}`]
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** On one line, without anything that a terminal would obey. */
function shownValue(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const text =
    value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}… (${value.length} characters)` : value
  const quoted = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')
  return quoted.replace(
    /[\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2066-\u2069]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
