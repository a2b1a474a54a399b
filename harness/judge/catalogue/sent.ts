// What the oracle of the query catalogue reads: records as they were sent, every delivery in its order, and what a query is asked with.

/** Attributes as they were sent, as texts. */
export type Attributes = Readonly<Record<string, string>>

interface Sent {
  /** 0 for none. */
  readonly timeNs: bigint
  readonly resource: Attributes
  readonly attributes: Attributes
  /** Name of the instrumentation scope; empty for none. */
  readonly scope: string
  /** When it came, where that is not when it is sent. */
  readonly arrivedMs?: number
}

export interface SentLog extends Sent {
  readonly body: string
  /** The OTLP EventName; empty for none. */
  readonly eventName: string
  /** The share of sessions that was stored when it came; absent: all. */
  readonly samplingPercentage?: number
}

export interface SentPoint extends Sent {
  readonly name: string
  readonly unit: string
  /** 0 when none was sent. */
  readonly startNs: bigint
  /** 1 delta, 2 cumulative. */
  readonly temporality: 1 | 2
  /** null: the point says that it has none. */
  readonly value: number | null
}

/** Every copy that was delivered, in the order of delivery. */
export interface Delivered {
  readonly logs: readonly SentLog[]
  readonly points: readonly SentPoint[]
  /** When they came; a record is from the future when it is more than a day later. */
  readonly arrivedMs: number
  /** What the database had to mask or to leave out of what was sent, each record once. */
  readonly lastLine?: readonly Masked[]
}

export interface Masked {
  readonly signal: 'logs' | 'metrics'
  readonly rule: string
  readonly arrivedMs: number
}

/** All that any query may be asked with. */
export interface Asked {
  readonly fromMs: number
  readonly toMs: number
  readonly tz: string
  readonly user: string
  readonly chapter: string
  readonly branch: string
  /** How many rows, where a query asks for that. */
  readonly top: number
  readonly days: number
  /** The budget, in dollars. */
  readonly limit: number
  readonly session: string
}

/** Whether it is the client's: the scope says so, else the service's name; where there is neither, nothing says that it is not. */
export function isOfClient({ scope, resource }: Sent): boolean {
  if (scope !== '') return scope.startsWith('com.anthropic.claude_code')
  return ['claude-code', ''].includes(resource['service.name'] ?? '')
}

/** The record's own time; of one without a time (0) that of its arrival, if that is told. */
export function timeOf({ timeNs, arrivedMs = 0 }: Sent): bigint {
  return timeNs === 0n ? BigInt(arrivedMs) * 1_000_000n : timeNs
}

/** The value of a key that may be on the record and on its resource. */
export function recordFirst({ attributes, resource }: Sent, key: string): string | null {
  return attributes[key] ?? resource[key] ?? null
}

/** The same for the keys that a person sets on purpose. */
export function resourceFirst({ attributes, resource }: Sent, key: string): string | null {
  return resource[key] ?? attributes[key] ?? null
}
