// What the daily stack has stored, in numbers.
import { z } from 'zod'
import { RETENTION_IN_FORCE } from '../runtime/retention.ts'
import type { DailyState } from './state.ts'

const answerSchema = z.object({
  events: z.number(),
  metrics: z.number(),
  last: z.string().nullable(),
  days: z.number(),
})

export interface Counts {
  readonly events: number
  readonly metrics: number
  /** ISO 8601, or null when nothing is stored. */
  readonly lastEventAt: string | null
  /** How many days events and data points are kept after they came; 0 means for ever. */
  readonly retentionDays: number
}

/** Asks ClickHouse as the analyst. Rejects when it does not answer. */
export async function countStored(state: DailyState): Promise<Counts> {
  const response = await fetch(state.endpoints.clickhouseHttp, {
    method: 'POST',
    headers: { 'X-ClickHouse-User': state.users.analyst.name, 'X-ClickHouse-Key': state.users.analyst.password },
    body: `SELECT (SELECT count() FROM telemetry.telemetry_events)::UInt32 AS events,
                  (SELECT count() FROM telemetry.telemetry_metrics)::UInt32 AS metrics,
                  (SELECT if(count() = 0, NULL, formatDateTime(max(timestamp), '%Y-%m-%dT%H:%i:%SZ', 'UTC')) FROM telemetry.telemetry_events) AS last,
                  (SELECT max(${RETENTION_IN_FORCE}) FROM system.tables WHERE database = 'telemetry') AS days
           FORMAT JSONEachRow`,
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new Error(await response.text())
  const { events, metrics, last, days } = answerSchema.parse(JSON.parse(await response.text()))
  return { events, metrics, lastEventAt: last, retentionDays: days }
}
