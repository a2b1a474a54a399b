// What some benchmarks begin with: a team's sessions, sent through the whole pipeline, and the rows that they left there.
import { stopSignal } from '../../../core/cleanup.ts'
import { UserError } from '../../../core/errors.ts'
import { until } from '../../../core/poll.ts'
import { addCounts, type DatasetCounts } from '../../../generators/sessions/dataset.ts'
import { plansOf, teamParts } from '../../../generators/team/parts.ts'
import type { TeamOptions } from '../../../generators/team/team-session.ts'
import type { Database } from '../../../stack/clickhouse/database.ts'

const REST_MS = 600_000

/** @throws UserError at the first request that is not taken */
export async function sendTeam(
  otlpHttp: string,
  options: TeamOptions & { readonly startMs: number },
): Promise<DatasetCounts> {
  let sent: DatasetCounts | undefined
  for await (const { bytes, counts } of teamParts(options, plansOf(options))) {
    for (const line of Buffer.from(bytes).toString().split('\n').filter(Boolean)) await sendLine(otlpHttp, line)
    sent = sent === undefined ? counts : addCounts(sent, counts)
  }
  if (sent === undefined) throw new UserError('the preset has no sessions')
  return sent
}

async function sendLine(otlpHttp: string, line: string): Promise<void> {
  const signal = line.startsWith('{"resourceLogs"') ? 'logs' : 'metrics'
  const headers = { 'content-type': 'application/json' }
  const { status } = await until(
    'an answer that is no refusal',
    async () => {
      const response = await fetch(`${otlpHttp}/v1/${signal}`, { method: 'POST', headers, body: line })
      await response.arrayBuffer()
      return response.status === 429 || response.status === 503 ? false : response
    },
    { timeoutMs: REST_MS, signal: stopSignal },
  )
  if (status !== 200) throw new UserError(`the collector answered ${status} to a request of the team`)
}

/** The number of log records, once no more come. */
export async function storedRecords(admin: Database): Promise<number> {
  let before = -1
  await until(
    'the records',
    async () => {
      const [row] = await admin.rows<{ n: number }>('SELECT count() AS n FROM telemetry.log_records')
      const now = Number(row?.n ?? 0)
      const rests = now > 0 && now === before
      before = now
      return rests
    },
    { timeoutMs: REST_MS, intervalMs: 3000, signal: stopSignal },
  )
  return before
}
