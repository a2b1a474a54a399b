// What a scenario gathered: everything that is needed to judge it, and nothing else. Kept in the run's history as it is.
import type { Answer, ExpectedLog, ExpectedPoint } from '../../../generators/batch.ts'
import type { BulkEvidence } from './bulk-tally.ts'
import type { FaultRecord } from './fault-record.ts'
import type { Measurement } from './measurement.ts'

/** A stored text as it must stand in the table, with hashes filled in. */
export type Rendered<T> = Omit<T, 'body' | 'resource' | 'attributes'> & {
  readonly resource: Readonly<Record<string, string>>
  readonly attributes: Readonly<Record<string, string>>
} & (T extends { readonly body: unknown } ? { readonly body: string } : object)

export type ExpectedRecordText = Rendered<ExpectedLog> | Rendered<ExpectedPoint>

/** One record that was offered, and what its batch was answered. */
export interface Offered {
  readonly record: ExpectedRecordText
  readonly answer: Answer['kind']
}

/** One batch that was offered. */
export interface Sent {
  readonly signal: 'logs' | 'metrics'
  readonly records: number
  readonly answer: Answer
  /** From the offer to the answer. */
  readonly ackMs: number
}

/** A row of `telemetry_events`, as text. */
export interface StoredEvent {
  readonly timeUnixNano: string
  readonly eventType: string
  readonly resource: Readonly<Record<string, string>>
  readonly attributes: Readonly<Record<string, string>>
  /** The typed columns, by name; null for NULL. */
  readonly columns: Readonly<Record<string, string | number | boolean | null>>
}

/** A row of `logs_raw`: what the view does not show. */
export interface StoredRecord {
  readonly timeUnixNano: string
  readonly body: string
  readonly eventName: string
  readonly severityText: string
  readonly severityNumber: number
  readonly scopeName: string
  readonly scopeVersion: string
  readonly resource: Readonly<Record<string, string>>
  readonly attributes: Readonly<Record<string, string>>
}

/** A row of `telemetry_metrics`. */
export interface StoredPoint {
  readonly name: string
  readonly unit: string
  readonly startTimeUnixNano: string
  readonly timeUnixNano: string
  readonly value: number | null
  readonly temporality: number
  readonly resource: Readonly<Record<string, string>>
  readonly attributes: Readonly<Record<string, string>>
}

/** The collector's own counters over the scenario (differences). */
export interface Counters {
  readonly acceptedLogs: number
  readonly acceptedPoints: number
  readonly refusedLogs: number
  readonly refusedPoints: number
  readonly sentLogs: number
  readonly sentPoints: number
  readonly failedLogs: number
  readonly failedPoints: number
}

/** What facts are about, besides the accounting of records; each topic is judged as an oracle of its own. */
export type Topic =
  | 'audit'
  | 'backpressure'
  | 'buffering'
  | 'capacity'
  | 'comparison'
  | 'containers'
  | 'context'
  | 'crash'
  | 'dataset'
  | 'delivery'
  | 'durability'
  | 'health'
  | 'identity'
  | 'limits'
  | 'load'
  | 'memory'
  | 'migration'
  | 'order'
  | 'performance'
  | 'poison'
  | 'proxy'
  | 'query'
  | 'recovery'
  | 'relay'
  | 'schedules'
  | 'sanitization'
  | 'schema'
  | 'security'
  | 'storage'

/** A fact that must have a certain value, for everything that is not the accounting of records. */
export interface Comparison {
  readonly oracle: Topic
  readonly what: string
  readonly expected: unknown
  readonly actual: unknown
}

/** Which oracles judge a scenario, and their limits. */
export interface Rules {
  /** Batches that may be refused; everything else must be acknowledged. */
  readonly maxRefusedBatches: number
  readonly maxAckMs: number
  /** Whether the collector ran through, so that its counters must add up. */
  readonly counters: boolean
  /** Whether the typed columns are judged. */
  readonly typed: boolean
  /** How often the last line may have had to act; 0 unless the scenario is about it. */
  readonly maxAudited: number
  /** Percentage of sessions that sampling keeps. */
  readonly samplingPercentage: number
}

export const strictRules: Rules = {
  maxRefusedBatches: 0,
  maxAckMs: 10_000,
  counters: true,
  typed: true,
  maxAudited: 0,
  samplingPercentage: 100,
}

/** One situation on the proven stack with its relay, and on the stock one without. */
export interface SideBySide {
  readonly situation: string
  readonly proven: { readonly offered: number; readonly missing: number }
  readonly stock: { readonly offered: number; readonly missing: number }
}

export interface Evidence {
  readonly rules: Rules
  readonly sent: readonly Sent[]
  readonly offered: readonly Offered[]
  readonly events: readonly StoredEvent[]
  readonly records: readonly StoredRecord[]
  readonly points: readonly StoredPoint[]
  readonly drain: { readonly drained: boolean; readonly waitedMs: number; readonly note: string }
  readonly counters: Counters | null
  /** Records in which the database's last line had to act. */
  readonly audited: number
  /** Where planted private texts were found: `table.column: text`. */
  readonly leaks: readonly string[]
  /** How many private texts were looked for. */
  readonly planted: number
  readonly comparisons: readonly Comparison[]
  /** Numbers beside the facts; absent only in a history of format 1, whose figures stand in the names of its facts. */
  readonly measurements?: readonly Measurement[]
  /** Of a load that is too large to be kept record by record. */
  readonly bulk?: BulkEvidence
  /** The faults that were injected, and what showed their effect. */
  readonly faults?: readonly FaultRecord[]
  /** The same on another stack, for comparison. */
  readonly sideBySide?: readonly SideBySide[]
  /** What keeps an oracle from judging, for example a harness that missed its own rate. */
  readonly doubts?: readonly { readonly oracle: string; readonly why: string }[]
}

/** Of a scenario that gathers something else than records. */
export const emptyEvidence: Evidence = {
  rules: { ...strictRules, counters: false },
  sent: [],
  offered: [],
  events: [],
  records: [],
  points: [],
  drain: { drained: true, waitedMs: 0, note: '' },
  counters: null,
  audited: 0,
  leaks: [],
  planted: 0,
  comparisons: [],
  measurements: [],
}

/** One scenario of a run's history. */
export interface HistoryPage {
  readonly id: string
  readonly evidence: Evidence
}
