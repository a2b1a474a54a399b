// What was forgotten, or would be, as a person reads it.
import type { Forgotten } from './forget.ts'

/** Lines. Of values that name somebody only those are shown that also name others. */
export function renderForgotten({ found, beside, waiting, erased }: Forgotten): string[] {
  const { log_records: events, metric_points: points } = erased?.rows ?? found.rows
  const what = `${many(events, 'log record')} and ${many(points, 'data point')} of ${many(found.sessions, 'session')}`
  const isNothing = events + points === 0
  const lines =
    erased === null
      ? [isNothing ? 'No stored row names this person.' : `Would delete ${what}.`]
      : [
          isNothing ? 'No stored row names this person.' : `Deleted ${what}, and the files that held them.`,
          'What still comes of this person is not stored.',
        ]
  if (erased !== null && erased.detachedParts > 0)
    lines.push(
      `ClickHouse has put ${many(erased.detachedParts, 'part')} aside as broken (system.detached_parts): they are not looked at.`,
    )
  return [
    ...lines,
    ...waiting.map((each) => `Not deleted before this is over: ${each}.`),
    ...beside.map(
      ({ value, otherRows }) =>
        `${value} stands beside this person, and in ${many(otherRows, 'row')} without them. If that is the same person: --user ${value}`,
    ),
  ]
}

function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
