// Hand-written histories for the tests of the oracles: small records, the rows they become, and evidence around them.
import type { Answer } from '../../../generators/batch.ts'
import { typedColumns } from '../model/columns.ts'
import {
  type Evidence,
  type ExpectedRecordText,
  type Offered,
  type StoredEvent,
  type StoredPoint,
  type StoredRecord,
  strictRules,
} from '../model/evidence.ts'

export type LogText = Extract<ExpectedRecordText, { readonly signal: 'logs' }>
export type PointText = Extract<ExpectedRecordText, { readonly signal: 'metrics' }>
type Texts = Readonly<Record<string, string>>

/** An `api_request` of session `s1`; an attribute of the same name replaces the default. */
export function log(sequence: number, attributes: Texts = {}, change: Partial<LogText> = {}): LogText {
  return {
    signal: 'logs',
    fate: 'store',
    timeUnixNano: `18000000000000000${String(sequence).padStart(2, '0')}`,
    body: 'claude_code.api_request',
    eventName: '',
    severityText: '',
    severityNumber: 0,
    scopeName: 'com.anthropic.claude_code.events',
    scopeVersion: '2.1.287',
    resource: { 'service.name': 'claude-code' },
    attributes: {
      'event.name': 'api_request',
      'session.id': 's1',
      'event.sequence': String(sequence),
      model: 'opus',
      ...attributes,
    },
    ...change,
  }
}

/** A data point of `claude_code.token.usage` of session `s1`. */
export function point(value: number, attributes: Texts = {}, change: Partial<PointText> = {}): PointText {
  return {
    signal: 'metrics',
    fate: 'store',
    name: 'claude_code.token.usage',
    unit: 'tokens',
    startTimeUnixNano: '1800000000000000000',
    timeUnixNano: '1800000060000000000',
    value,
    temporality: 1,
    monotonic: true,
    scopeName: 'com.anthropic.claude_code',
    scopeVersion: '2.1.287',
    resource: { 'service.name': 'claude-code' },
    attributes: { 'session.id': 's1', type: 'input', ...attributes },
    ...change,
  }
}

export function offer(record: ExpectedRecordText, answer: Answer['kind'] = 'accepted'): Offered {
  return { record, answer }
}

/** The row that the view shows of a log record; of the typed columns those that `log` fills, unless they are given. */
export function eventRow(record: LogText, columns: StoredEvent['columns'] = {}): StoredEvent {
  const { attributes } = record
  return {
    timeUnixNano: record.timeUnixNano,
    eventType: attributes['event.name'] ?? '',
    resource: record.resource,
    attributes,
    columns: {
      ...Object.fromEntries(typedColumns.map((name) => [name, null])),
      session_id: attributes['session.id'] ?? null,
      sequence: attributes['event.sequence'] === undefined ? null : Number(attributes['event.sequence']),
      model: attributes.model ?? null,
      ...columns,
    },
  }
}

export function rawRow(record: LogText): StoredRecord {
  const { timeUnixNano, body, eventName, severityText, severityNumber, scopeName, scopeVersion } = record
  const { resource, attributes } = record
  return {
    timeUnixNano,
    body,
    eventName,
    severityText,
    severityNumber,
    scopeName,
    scopeVersion,
    resource,
    attributes,
  }
}

export function pointRow(record: PointText): StoredPoint {
  const { unit, startTimeUnixNano, timeUnixNano, value, temporality, resource, attributes } = record
  const name = record.name.replace('claude_code.', '')
  return { name, unit, startTimeUnixNano, timeUnixNano, value, temporality, resource, attributes }
}

/** The answer of a kind, as an emitter gives it. */
export function answerOf(kind: Answer['kind']): Answer {
  if (kind === 'refused') return { kind, code: 'UNAVAILABLE', message: 'queue is full' }
  if (kind === 'partial') return { kind, rejected: 1, message: 'one was rejected' }
  return kind === 'accepted' ? { kind } : { kind, message: 'the connection broke' }
}

/** Evidence in which each record was a batch of its own and exactly what must be stored is stored, once; then changed. */
export function evidenceOf(offered: readonly Offered[], change: Partial<Evidence> = {}): Evidence {
  const must = offered.flatMap(({ record, answer }) =>
    answer === 'accepted' && record.fate === 'store' ? [record] : [],
  )
  const once = [...new Map(must.map((record) => [JSON.stringify(record), record])).values()]
  const logs = once.flatMap((record) => (record.signal === 'logs' ? [record] : []))
  const points = once.flatMap((record) => (record.signal === 'metrics' ? [record] : []))
  const accepted = (signal: 'logs' | 'metrics') =>
    offered.filter(({ record, answer }) => record.signal === signal && answer === 'accepted').length
  return {
    rules: strictRules,
    sent: offered.map(({ record, answer }) => ({
      signal: record.signal,
      records: 1,
      answer: answerOf(answer),
      ackMs: 5,
    })),
    offered,
    events: logs.map((record) => eventRow(record)),
    records: logs.map(rawRow),
    points: points.map(pointRow),
    drain: { drained: true, waitedMs: 100, note: '' },
    counters: {
      acceptedLogs: accepted('logs'),
      acceptedPoints: accepted('metrics'),
      refusedLogs: 0,
      refusedPoints: 0,
      sentLogs: must.filter(({ signal }) => signal === 'logs').length,
      sentPoints: must.filter(({ signal }) => signal === 'metrics').length,
      failedLogs: 0,
      failedPoints: 0,
    },
    audited: 0,
    leaks: [],
    planted: 3,
    comparisons: [],
    measurements: [],
    ...change,
  }
}

/** Two events and a data point, each stored as it must be. */
export const threeRecords = evidenceOf([log(1), log(2), point(10)].map((record) => offer(record)))

/** Nothing was offered, and nothing private planted. */
export const nothingOffered = evidenceOf([], { planted: 0 })
