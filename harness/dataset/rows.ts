// Records as the flat rows of a dataset: JSON lines whose keys are the columns; a column that is NULL has no key.

import { eventTypeOf } from '../judge/model/identity.ts'
import { expectedCells } from '../judge/oracles/typed.ts'
import type { PointText } from './columns.ts'
import type { StoredLog, StoredPoint } from './records.ts'

export function eventLine(log: StoredLog): string {
  const { attributes, resource, timeUnixNano, body, scopeName, scopeVersion } = log
  const type = eventTypeOf(log)
  const cells = expectedCells({ eventType: type, attributes, resource })
  const row: Record<string, unknown> = { timestamp: timeText(timeUnixNano), event_type: type }
  for (const [name, cell] of Object.entries(cells))
    if (cell !== null && cell !== undefined) row[name] = cell
    else if (cell === undefined && scopeVersion !== '') row[name] = scopeVersion
  return `${JSON.stringify({ ...row, attributes, resource_attributes: resource, body, scope_name: scopeName })}\n`
}

type From = (point: StoredPoint) => string | undefined

const own =
  (key: string): From =>
  ({ attributes }) =>
    attributes[key]
const ownFirst =
  (key: string): From =>
  ({ attributes, resource }) =>
    attributes[key] ?? resource[key]
const resourceFirst =
  (key: string): From =>
  ({ attributes, resource }) =>
    resource[key] ?? attributes[key]

// Written from docs/data-model.md.
const points: Readonly<Record<Exclude<PointText, 'chapter_number'>, From>> = {
  session_id: ownFirst('session.id'),
  user_id: resourceFirst('user.id'),
  organization_id: resourceFirst('organization.id'),
  chapter_id: ownFirst('chapter.number'),
  feature_id: ownFirst('feature.id'),
  git_branch: ownFirst('git.branch'),
  code_version: ({ attributes, resource, scopeVersion }) =>
    attributes['code.version'] ??
    resource['code.version'] ??
    attributes['app.version'] ??
    resource['service.version'] ??
    (scopeVersion || undefined),
  terminal_type: own('terminal.type'),
  type: own('type'),
  model: own('model'),
  query_source: own('query_source'),
  effort: own('effort'),
  tool_name: own('tool_name'),
  decision: own('decision'),
  decision_source: own('source'),
  language: own('language'),
  start_type: own('start_type'),
}

export function pointLine(point: StoredPoint): string {
  const chapter = points.chapter_id(point)
  const row: Record<string, unknown> = {
    timestamp: timeText(point.timeUnixNano),
    start_timestamp: point.startTimeUnixNano === '0' ? undefined : timeText(point.startTimeUnixNano),
    metric_name: point.name.replace(/^claude_code\./, ''),
    unit: point.unit,
    // A gauge has no temporality.
    kind: point.temporality === 0 ? 'gauge' : 'sum',
    temporality: point.temporality,
    value: point.value,
    chapter_number: chapter !== undefined && /^\d{1,15}$/.test(chapter) ? Number(chapter) : undefined,
  }
  for (const [name, from] of Object.entries(points)) row[name] = from(point)
  return `${JSON.stringify({ ...row, attributes: point.attributes, resource_attributes: point.resource, scope_name: point.scopeName })}\n`
}

/** `2026-01-05 08:15:30.123000000`, in UTC. @param ns since the epoch */
export function timeText(ns: string): string {
  const padded = ns.padStart(19, '0')
  const seconds = new Date(Number(padded.slice(0, -9)) * 1000).toISOString()
  return `${seconds.slice(0, 10)} ${seconds.slice(11, 19)}.${padded.slice(-9)}`
}
