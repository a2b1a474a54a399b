// Events sent one by one, and how many of them a query sees.
import { z } from 'zod'
import { runCommand } from './commands.ts'
import type { Newcomer } from './newcomer.ts'

/** @param otlpHttp where to: `http://host:port` @returns whether it was acknowledged */
export async function sendEvent(otlpHttp: string, session: string, number: number): Promise<boolean> {
  const attributes = [
    { key: 'session.id', value: { stringValue: session } },
    { key: 'event.name', value: { stringValue: 'user_prompt' } },
    { key: 'event.sequence', value: { intValue: String(number) } },
  ]
  const logRecords = [{ timeUnixNano: `${1_790_000_000_000 + number}000000`, attributes }]
  const answer = await fetch(`${otlpHttp}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }),
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined)
  return answer?.status === 200
}

/** The events of the session that `npm run query` shows; 0 where it fails. */
export async function storedEvents(person: Newcomer, session: string): Promise<number> {
  // Not its trace: under load that has thousands of rows, and a stack that is busy answers late.
  const sql = `SELECT count() AS events FROM telemetry.telemetry_events WHERE session_id = '${session}'`
  const { stdout, code } = await runCommand(person, 'query', '--sql', sql, '--json')
  if (code !== 0) return 0
  return z.array(z.object({ events: z.number() })).parse(JSON.parse(stdout))[0]?.events ?? 0
}
