// What a run stored, as hashes: two machines can be compared by it, and nothing that was stored can be read from it.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { lineOf } from './compare-runs.ts'
import type { HistoryPage, StoredEvent, StoredPoint } from './model/evidence.ts'

const rowSchema = z.tuple([
  z.string().describe('What it is: the type of the event or the name of the metric, and its time in nanoseconds.'),
  z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .describe('The first 16 hexadecimal digits of the SHA-256 of the whole row.'),
])

export const contentsSchema = z
  .strictObject({
    schemaVersion: z.literal(1).describe('Rises when a field is added, changes its meaning or goes away.'),
    scenarios: z.array(z.strictObject({ id: z.string().min(1).describe('The scenario.'), rows: z.array(rowSchema) })),
  })
  .describe('What each scenario of a run stored, row by row, as hashes (contents.json).')

export type Contents = z.infer<typeof contentsSchema>
type Row = z.infer<typeof rowSchema>

/** Of every scenario that kept its records; a bulk load is judged by sums, and how much of it was taken is not the seed's affair. */
export function contentsOf(history: readonly HistoryPage[]): Contents {
  const scenarios = history.flatMap((page) => scenarioContents(page))
  return { schemaVersion: 1, scenarios: scenarios.sort((one, other) => (one.id < other.id ? -1 : 1)) }
}

function scenarioContents({ id, evidence }: HistoryPage): Contents['scenarios'] {
  if (evidence.bulk !== undefined) return []
  const rows = [
    ...evidence.events.map((event) => rowOf(event.eventType, event)),
    ...evidence.points.map((point) => rowOf(point.name, point)),
  ]
  return [{ id, rows: rows.sort(inOrder) }]
}

function rowOf(kind: string, row: StoredEvent | StoredPoint): Row {
  return [`${kind} ${row.timeUnixNano}`, createHash('sha256').update(lineOf(row)).digest('hex').slice(0, 16)]
}

/** In the order of time, so that the first that differs is the earliest. */
function inOrder([one, oneHash]: Row, [other, otherHash]: Row): number {
  const [a, b] = [one, other].map((name) => name.slice(name.lastIndexOf(' ') + 1).padStart(20, '0')) as [string, string]
  if (a !== b) return a < b ? -1 : 1
  if (one !== other) return one < other ? -1 : 1
  return oneHash < otherHash ? -1 : oneHash > otherHash ? 1 : 0
}

export interface ContentDifference {
  readonly scenario: string
  /** The first row, by time, that only one of them has, or has more often. */
  readonly first: string
  /** Whether it is the first run that has it. */
  readonly onlyInFirst: boolean
}

/** The scenarios that both have and that stored something else. */
export function differencesOf(first: Contents, second: Contents): ContentDifference[] {
  const there = new Map(second.scenarios.map(({ id, rows }) => [id, rows]))
  return first.scenarios.flatMap(({ id, rows }) => {
    const others = there.get(id)
    const found = others && firstDifference(rows, others)
    return found ? [{ scenario: id, ...found }] : []
  })
}

function firstDifference(mine: readonly Row[], theirs: readonly Row[]) {
  for (let at = 0; at < Math.max(mine.length, theirs.length); at += 1) {
    const [one, other] = [mine[at], theirs[at]]
    if (one !== undefined && other !== undefined && one[0] === other[0] && one[1] === other[1]) continue
    const onlyInFirst = other === undefined || (one !== undefined && inOrder(one, other) < 0)
    return { first: (onlyInFirst ? one : other)?.[0] ?? '', onlyInFirst }
  }
  return undefined
}
