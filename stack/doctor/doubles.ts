// On a running stack: events that may be there twice, because the policy changed between a send and its retry.
import type { RunningStack } from './client-traffic.ts'
import { type DoctorFinding, warn } from './finding.ts'

/** Nothing where there are none: only events without a sequence can be doubled. @throws when ClickHouse does not answer */
export async function checkDoubles({ query }: RunningStack): Promise<readonly DoctorFinding[]> {
  const [row] = await query('SELECT sum(events - 1) AS doubles FROM telemetry.possible_doubles')
  const doubles = typeof row === 'object' && row !== null && 'doubles' in row ? Number(row.doubles) : 0
  if (doubles === 0) return []
  const many = doubles === 1 ? '1 event may be' : `${doubles} events may be`
  return [
    warn(
      'doubles',
      `${many} there twice: without a sequence, and equal in all that no policy rewrites`,
      'if the policy was changed while something was sent again, they are; docs/data-model.md, "Identity and exactly-once"; the view telemetry.possible_doubles names them',
    ),
  ]
}
