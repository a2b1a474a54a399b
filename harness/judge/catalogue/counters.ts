// Counters: data points as docs/data-model.md reads them, each once, and what each adds, whatever its temporality.
import { canonical, pointIdentity } from '../model/identity.ts'
import { type Delivered, isOfClient, recordFirst, resourceFirst, type SentPoint, timeOf } from './sent.ts'

/** What one data point adds to its counter, at its time. */
export interface Increment {
  readonly timeNs: bigint
  readonly metric: string
  readonly adds: number
  readonly session: string | null
  readonly user: string | null
  readonly chapter: string | null
  readonly branch: string | null
  readonly type: string | null
  readonly tool: string | null
  readonly decision: string | null
  readonly language: string | null
}

/** The client's data points, each once: of several copies the first. */
export function pointsOf({ points }: Pick<Delivered, 'points'>): SentPoint[] {
  const first = new Map<string, SentPoint>()
  for (const point of points) {
    const { startNs, timeNs, ...rest } = point
    const id = pointIdentity({ ...rest, startTimeUnixNano: String(startNs), timeUnixNano: String(timeNs) })
    if (!first.has(id)) first.set(id, point)
  }
  return [...first.values()].filter(isOfClient).map((point) => ({ ...point, timeNs: timeOf(point) }))
}

/** Points without a value add nothing, and no other point is compared with them. */
export function incrementsOf(sent: Pick<Delivered, 'points'>): Increment[] {
  const series = Map.groupBy(pointsOf(sent).filter(hasValue), seriesOf)
  return [...series.values()].flatMap((each) =>
    each
      .toSorted((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : a.value - b.value))
      .map((point, at, all) => increment(point, added(point, all[at - 1]))),
  )
}

interface Valued extends SentPoint {
  readonly value: number
}

function hasValue(point: SentPoint): point is Valued {
  return point.value !== null
}

/** What two points have in common of which the later one counts on from the earlier. */
export function seriesOf({ name, unit, temporality, startNs, attributes, resource }: SentPoint): string {
  return JSON.stringify([name, unit, temporality, String(startNs), canonical(attributes), canonical(resource)])
}

function added({ temporality, value }: Valued, before: Valued | undefined): number {
  return temporality === 1 || before === undefined || value < before.value ? value : value - before.value
}

function increment(point: SentPoint, adds: number): Increment {
  const text = (key: string) => point.attributes[key] ?? null
  return {
    timeNs: point.timeNs,
    metric: point.name.replace(/^claude_code\./, ''),
    adds,
    session: recordFirst(point, 'session.id'),
    user: resourceFirst(point, 'user.id'),
    chapter: recordFirst(point, 'chapter.number'),
    branch: recordFirst(point, 'git.branch'),
    type: text('type'),
    tool: text('tool_name'),
    decision: text('decision'),
    language: text('language'),
  }
}
