// What the daily stack has stored, in numbers.
import { z } from 'zod'
import type { DailyState } from './state.ts'

const answerSchema = z.object({ events: z.number(), metrics: z.number(), last: z.string().nullable() })

export interface Counts {
  readonly events: number
  readonly metrics: number
  /** ISO 8601, or null when nothing is stored. */
  readonly lastEventAt: string | null
}

/** Asks ClickHouse as the analyst. Rejects when it does not answer. */
export async function countStored(state: DailyState): Promise<Counts> {
  const response = await fetch(state.endpoints.clickhouseHttp, {
    method: 'POST',
    headers: { 'X-ClickHouse-User': state.users.analyst.name, 'X-ClickHouse-Key': state.users.analyst.password },
    body: `SELECT (SELECT count() FROM telemetry.telemetry_events)::UInt32 AS events,
                  (SELECT count() FROM telemetry.telemetry_metrics)::UInt32 AS metrics,
                  (SELECT if(count() = 0, NULL, formatDateTime(max(timestamp), '%Y-%m-%dT%H:%i:%SZ', 'UTC')) FROM telemetry.telemetry_events) AS last
           FORMAT JSONEachRow`,
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new Error(await response.text())
  const { events, metrics, last } = answerSchema.parse(JSON.parse(await response.text()))
  return { events, metrics, lastEventAt: last }
}
