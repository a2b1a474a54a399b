// Reads what is stored of a scenario's sessions: the rows as queries see them, and the masked raw records behind them.

import type { Database } from '../../stack/clickhouse/database.ts'
import { typedColumns } from '../judge/model/columns.ts'
import type { StoredEvent, StoredPoint, StoredRecord } from '../judge/model/evidence.ts'

/** Which rows belong to a scenario: those of its sessions, and those that bear its mark. */
export interface Selection {
  readonly sessions: readonly string[]
  /** The value of the attribute `proof.scenario`, for records without a session. */
  readonly mark: string
  /** Whether there are records that only the mark tells. */
  readonly marked: boolean
}

/** For the views, which know the session as a column; the mark, which must be looked for in every row, only where it is needed. */
function inViews({ marked }: Selection): string {
  return `(session_id IN {sessions:Array(String)}${marked ? MARKED : ''})`
}

function inRaw({ marked }: Selection): string {
  return `(attributes['session.id'] IN {sessions:Array(String)} OR resource_attributes['session.id'] IN {sessions:Array(String)}${marked ? MARKED : ''})`
}

const MARKED = " OR attributes['proof.scenario'] = {mark:String}"

/** Rows of the selection that queries see, events and data points together. */
export async function countStored(database: Database, selection: Selection): Promise<number> {
  const [row] = await database.rows<{ stored: number }>(
    `SELECT (SELECT count() FROM telemetry_events WHERE ${inViews(selection)}) + (SELECT count() FROM telemetry_metrics WHERE ${inViews(selection)}) AS stored`,
    { sessions: selection.sessions, mark: selection.mark },
  )
  return row?.stored ?? 0
}

/** Everything stored of the selection. */
export async function readStored(
  database: Database,
  selection: Selection,
): Promise<{ events: StoredEvent[]; records: StoredRecord[]; points: StoredPoint[] }> {
  const events = await database.rows<
    Record<string, unknown> & {
      time: string
      event_type: string
      attributes: Record<string, string>
      resource_attributes: Record<string, string>
    }
  >(
    `SELECT toString(toUnixTimestamp64Nano(timestamp)) AS time, event_type, attributes, resource_attributes, ${typedColumns.join(', ')}
     FROM telemetry_events WHERE ${inViews(selection)}`,
    { sessions: selection.sessions, mark: selection.mark },
  )
  const records = await database.rows<StoredRecord>(
    `SELECT toString(toUnixTimestamp64Nano(timestamp)) AS timeUnixNano, body, event_name AS eventName, severity_text AS severityText,
            severity_number AS severityNumber, scope_name AS scopeName, scope_version AS scopeVersion,
            resource_attributes AS resource, attributes
     FROM logs_raw WHERE ${inRaw(selection)}`,
    { sessions: selection.sessions, mark: selection.mark },
  )
  const points = await database.rows<StoredPoint>(
    `SELECT metric_name AS name, unit,
            toString(toUnixTimestamp64Nano(ifNull(start_timestamp, toDateTime64(0, 9, 'UTC')))) AS startTimeUnixNano,
            toString(toUnixTimestamp64Nano(timestamp)) AS timeUnixNano, value, temporality, resource_attributes AS resource, attributes
     FROM telemetry_metrics WHERE ${inViews(selection)}`,
    { sessions: selection.sessions, mark: selection.mark },
  )
  return {
    events: events.map(({ time, event_type, attributes, resource_attributes, ...columns }) => ({
      timeUnixNano: time,
      eventType: event_type,
      attributes,
      resource: resource_attributes,
      columns: Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, cell(value)])),
    })),
    records,
    points,
  }
}

function cell(value: unknown): string | number | boolean | null {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  return String(value)
}
