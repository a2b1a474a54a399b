// A block: a session as it stands in the files of a dataset, in the forms that are wanted.
import type { Session } from '../../generators/sessions/session.ts'
import { sessionBatches } from '../../generators/sessions/session-batches.ts'
import type { SentLog, SentPoint } from '../judge/catalogue/sent.ts'
import { maskedRequest } from './masked.ts'
import { recordsOf, type StoredLog, type StoredPoint } from './records.ts'
import { eventLine, pointLine } from './rows.ts'

/** What a file holds: OTLP requests, or flat rows. */
export type Holding = 'requests' | 'events' | 'metrics'

export interface Lines {
  readonly bytes: Uint8Array
  /** How many lines. */
  readonly rows: number
  /** Records and data points in them: of flat rows as many. */
  readonly records: number
}

/** What the oracle of the query catalogue reads. */
export interface Sent {
  readonly logs: readonly SentLog[]
  readonly points: readonly SentPoint[]
}

export interface Counts {
  readonly sessions: number
  readonly logRecords: number
  readonly dataPoints: number
  /** Records and data points that the policy keeps out: they are in no file. */
  readonly excluded: number
}

export const nothing: Counts = { sessions: 0, logRecords: 0, dataPoints: 0, excluded: 0 }

/** Milliseconds since the epoch; the earliest and the latest record. */
export interface Span {
  readonly firstMs: number
  readonly lastMs: number
}

export interface Block {
  /** Undefined where the policy has left nothing. */
  readonly span: Span | undefined
  readonly lines: Partial<Readonly<Record<Holding, Lines>>>
  readonly counts: Counts
  readonly sent?: Sent
}

export interface Wanted {
  readonly holdings: readonly Holding[]
  /** Whether the oracle is going to read it. */
  readonly sent: boolean
}

export function blockOf(session: Session, wanted: Wanted): Block {
  const { logs, points } = recordsOf(session)
  const all = session.events.length + session.metrics.reduce((sum, { expected }) => sum + expected.length, 0)
  const records = { requests: logs.length + points.length, events: logs.length, metrics: points.length }
  const made: Readonly<Record<Holding, () => readonly string[]>> = {
    requests: () =>
      sessionBatches(session).flatMap(({ batch }) => {
        const request = maskedRequest(batch)
        return request === undefined ? [] : [`${JSON.stringify(request)}\n`]
      }),
    events: () => logs.map(eventLine),
    metrics: () => points.map(pointLine),
  }
  return {
    span: spanOf([...logs, ...points].map(({ timeUnixNano }) => Number(timeUnixNano.slice(0, -6)))),
    lines: Object.fromEntries(
      wanted.holdings.map((holding) => {
        const lines = made[holding]()
        const bytes = new Uint8Array(Buffer.from(lines.join('')))
        return [holding, { bytes, rows: lines.length, records: records[holding] }]
      }),
    ),
    counts: {
      sessions: 1,
      logRecords: logs.length,
      dataPoints: points.length,
      excluded: all - logs.length - points.length,
    },
    ...(wanted.sent ? { sent: { logs: logs.map(sentLog), points: points.map(sentPoint) } } : {}),
  }
}

function spanOf(times: readonly number[]): Span | undefined {
  if (times.length === 0) return undefined
  return times.reduce((span, ms) => widened(span, { firstMs: ms, lastMs: ms }), { firstMs: times[0] ?? 0, lastMs: 0 })
}

export function widened(one: Span, other: Span): Span {
  return { firstMs: Math.min(one.firstMs, other.firstMs), lastMs: Math.max(one.lastMs, other.lastMs) }
}

export function addCounts(one: Counts, other: Counts): Counts {
  return {
    sessions: one.sessions + other.sessions,
    logRecords: one.logRecords + other.logRecords,
    dataPoints: one.dataPoints + other.dataPoints,
    excluded: one.excluded + other.excluded,
  }
}

/** Longer texts are read by no query, and where there is a sequence they tell no record from another. */
const LONG = 100

function sentLog({ timeUnixNano, resource, attributes, scopeName, body, eventName }: StoredLog): SentLog {
  const isRead = ([key, text]: [string, string]) => text.length <= LONG || key === 'error'
  const read =
    attributes['event.sequence'] === undefined
      ? attributes
      : Object.fromEntries(Object.entries(attributes).filter(isRead))
  return { timeNs: BigInt(timeUnixNano), resource, attributes: read, scope: scopeName, body, eventName }
}

function sentPoint(point: StoredPoint): SentPoint {
  const { name, unit, value, resource, attributes } = point
  if (point.temporality !== 1 && point.temporality !== 2) throw new Error(`${name}: the oracle knows no gauges`)
  return {
    ...{ name, unit, value, resource, attributes },
    timeNs: BigInt(point.timeUnixNano),
    startNs: BigInt(point.startTimeUnixNano),
    temporality: point.temporality,
    scope: point.scopeName,
  }
}
