// A key from the fields that docs/data-model.md counts towards identity, computed from what was planted: two records with one key are one.

import type { ExpectedLog, ExpectedPoint } from '../../../generators/batch.ts'
import type { Rendered } from './evidence.ts'

const SEPARATOR = '\u001f'

interface LogLike {
  readonly timeUnixNano: string
  readonly resource: Readonly<Record<string, string>>
  readonly attributes: Readonly<Record<string, string>>
}

/**
 * What tells an event from others. With a sequence: session, sequence, time, event name, prompt, tool use and request; `event_id` also counts
 * the client's names and numbers there, which are left to the fidelity oracle here. Without: all of the record but `user.*`.
 */
export function eventIdentity(event: LogLike, eventType: string): string {
  const { attributes, resource } = event
  return [
    attributes['session.id'] ?? resource['session.id'] ?? '',
    attributes['event.sequence'] ?? '',
    event.timeUnixNano,
    eventType,
    attributes['prompt.id'] ?? '',
    attributes.tool_use_id ?? '',
    attributes.request_id ?? '',
    ...(attributes['event.sequence'] === undefined ? [everything(attributes), everything(resource)] : []),
  ].join(SEPARATOR)
}

/** The event's name: its attribute, else the body without the client's prefix. */
export function eventTypeOf(record: Pick<Rendered<ExpectedLog>, 'attributes' | 'body'>): string {
  return record.attributes['event.name'] ?? record.body.replace(/^claude_code\./, '')
}

/** Name, unit, times, value and the attributes that no policy changes; kind and `detail` are left to the database. */
export function pointIdentity(
  point: Pick<
    Rendered<ExpectedPoint>,
    'name' | 'unit' | 'startTimeUnixNano' | 'timeUnixNano' | 'resource' | 'attributes'
  > & { readonly value: number | null },
): string {
  const session = point.attributes['session.id'] ?? point.resource['session.id'] ?? ''
  return [
    metricName(point.name),
    point.unit,
    point.startTimeUnixNano,
    point.timeUnixNano,
    String(point.value),
    everything(point.attributes),
    session,
  ].join(SEPARATOR)
}

function everything(attributes: Readonly<Record<string, string>>): string {
  return canonical(Object.fromEntries(Object.entries(attributes).filter(([key]) => !key.startsWith('user.'))))
}

/** A metric's name without the client's prefix, as the view shows it. */
function metricName(name: string): string {
  return name.replace(/^claude_code\./, '')
}

/** A map as text that is equal exactly when the maps are. */
export function canonical(map: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}
