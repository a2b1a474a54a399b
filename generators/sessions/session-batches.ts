// Cuts a session into the export requests that its process makes.
import type { Batch } from '../batch.ts'
import { metricsScope } from '../metrics.ts'
import { logsScope, type SessionEvent } from '../recorder.ts'
import type { Session } from './session.ts'

/** A batch and the moment at which the client would export it. */
export interface TimedBatch {
  readonly atMs: number
  readonly batch: Batch
}

export interface BatchOptions {
  /** Most records of one logs request; 512 when absent, as in the SDK. */
  readonly batchSize?: number
  /** How long the client gathers logs before it exports them; 60000 when absent (the client's own default is 5000). */
  readonly exportIntervalMs?: number
}

/** The session's logs and metrics batches in the order of their export. */
export function sessionBatches(session: Session, options: BatchOptions = {}): readonly TimedBatch[] {
  const logs = chunks(session.events, options).map((events) => logsBatch(session, events))
  const metrics = session.metrics.map(({ atMs, metrics, expected }): TimedBatch => {
    const scope = { name: metricsScope, version: session.profile.version }
    const request = {
      resourceMetrics: [{ resource: { attributes: session.resource }, scopeMetrics: [{ scope, metrics }] }],
    }
    return { atMs, batch: { signal: 'metrics', request, expected } }
  })
  return [...logs, ...metrics].sort((a, b) => a.atMs - b.atMs)
}

function logsBatch(session: Session, events: readonly SessionEvent[]): TimedBatch {
  const scope = { name: logsScope, version: session.profile.version }
  const logRecords = events.map(({ record }) => record)
  const request = { resourceLogs: [{ resource: { attributes: session.resource }, scopeLogs: [{ scope, logRecords }] }] }
  const batch: Batch = { signal: 'logs', request, expected: events.map(({ expected }) => expected) }
  return { atMs: events.at(-1)?.atMs ?? session.startMs, batch }
}

function chunks(events: readonly SessionEvent[], options: BatchOptions): SessionEvent[][] {
  const { batchSize = 512, exportIntervalMs = 60_000 } = options
  const found: SessionEvent[][] = []
  for (const event of events) {
    const open = found.at(-1)
    const first = open?.[0]
    if (
      open === undefined ||
      first === undefined ||
      open.length >= batchSize ||
      event.atMs - first.atMs >= exportIntervalMs
    ) {
      found.push([event])
    } else open.push(event)
  }
  return found
}
