// A query beside the catalogue: how many data points there are, because no query of the catalogue shows those without a value.
import type { Answer } from '../../judge/catalogue/costs.ts'
import { pointsOf } from '../../judge/catalogue/counters.ts'
import { groups, inOrder } from '../../judge/catalogue/rows.ts'

export const POINTS = 'points'

export const pointsQuery = `SELECT m.metric_name AS metric_name, count() AS points
FROM telemetry.telemetry_metrics AS m WHERE m.kind = 'sum' GROUP BY metric_name ORDER BY metric_name`

export const pointsAnswer: Answer = (sent) =>
  inOrder(
    groups(pointsOf(sent), ({ name }) => name.replace(/^claude_code\./, '')).map(([name, all]) => ({
      rank: [name],
      row: { metric_name: name, points: all.length },
    })),
  )
