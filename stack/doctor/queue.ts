// On a running stack: whether what is acknowledged and waits for ClickHouse moves.
import { type QueueState, renderQueue } from '../daily/queue.ts'
import { bad, type DoctorFinding, ok, warn } from './finding.ts'

const CHECK = 'queue'

export async function checkQueue(observe: () => Promise<QueueState | undefined>): Promise<DoctorFinding> {
  const queue = await observe()
  if (queue === undefined)
    return warn(
      CHECK,
      'the collector does not tell what waits in its queue',
      '`npm run stack -- logs otel-collector` says why',
    )
  if (queue.moves) return ok(CHECK, renderQueue(queue))
  const advice =
    'nothing of it is lost, it is on disk and tried again; `npm run stack -- logs clickhouse` says more, and docs/troubleshooting.md what to do'
  return bad(CHECK, renderQueue(queue), advice)
}
