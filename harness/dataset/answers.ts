// What every query of the catalogue answers over a dataset, by the oracle, in a form that a manifest can hold.
import { catalogue } from '../judge/catalogue/catalogue.ts'
import { localDay } from '../judge/catalogue/local-time.ts'
import { type Cell, type Row, usdCell } from '../judge/catalogue/rows.ts'
import type { Asked } from '../judge/catalogue/sent.ts'
import type { Sent, Span } from './block.ts'
import type { Answers, ManifestCell } from './manifest.ts'

const DAY_MS = 86_400_000
/** Its days begin half past six in the evening, in UTC. */
const OTHER_ZONE = 'Asia/Kolkata'
const OTHER_ZONE_MS = 5.5 * 3_600_000
const SHORT_ID = 12
const TOP = 20
const SILENT_DAYS = 1
const BUDGET_USD = 50
/** A trace longer than that is not shown where there is a shorter one. */
const LONG_TRACE = 60

/** All of it; a day by another calendar; and one person's. */
export function answersOf(sent: Sent, span: Span): Answers[] {
  // Whoever loads it does that after it happened: no time is from the future.
  const delivered = { ...sent, arrivedMs: span.lastMs + DAY_MS }
  return askings(sent, span).map(({ name, fromMs, toMs, ...rest }) => ({
    name,
    parameters: { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), ...rest },
    queries: Object.fromEntries(
      Object.entries(catalogue).map(([query, answer]) => [
        query,
        answer(delivered, { fromMs, toMs, ...rest }).map(written),
      ]),
    ),
  }))
}

function askings({ logs }: Sent, { firstMs, lastMs }: Span): (Asked & { readonly name: string })[] {
  const whole = {
    fromMs: Math.floor(firstMs / DAY_MS) * DAY_MS,
    toMs: (Math.floor(lastMs / DAY_MS) + 1) * DAY_MS,
    tz: 'UTC',
    ...{ user: '', chapter: '', branch: '', top: TOP, days: SILENT_DAYS, limit: BUDGET_USD },
    session: sessionToTrace(logs.map(({ attributes }) => attributes['session.id'] ?? '')),
  }
  const busiest = mostFrequent(logs.map(({ timeNs }) => localDay(Number(timeNs / 1_000_000n), OTHER_ZONE)))
  const dayMs = Date.parse(`${busiest}T00:00:00Z`) - OTHER_ZONE_MS
  const person = mostFrequent(
    logs.map(({ resource, attributes }) => resource['user.id'] ?? attributes['user.id'] ?? ''),
  )
  return [
    { name: 'all of it', ...whole },
    ...(busiest === '' ? [] : [{ ...whole, name: 'a day', fromMs: dayMs, toMs: dayMs + DAY_MS, tz: OTHER_ZONE }]),
    ...(person === '' ? [] : [{ ...whole, name: 'a person', user: person.replace('sha256:', '').slice(0, SHORT_ID) }]),
  ]
}

function countsOf(texts: readonly string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  // The order of their coming must not count.
  return [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
}

function mostFrequent(texts: readonly string[]): string {
  return countsOf(texts)[0]?.[0] ?? ''
}

function sessionToTrace(sessions: readonly string[]): string {
  const counts = countsOf(sessions)
  return (counts.find(([, count]) => count <= LONG_TRACE) ?? counts.at(-1) ?? [''])[0]
}

function written(row: Row): Record<string, ManifestCell> {
  return Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, writtenCell(cell)]))
}

function writtenCell(cell: Cell): ManifestCell {
  if (typeof cell === 'bigint') return Number.isSafeInteger(Number(cell)) ? Number(cell) : { integer: String(cell) }
  // As the queries round what is no whole number.
  if (typeof cell === 'number') return Math.round(cell * 1e6) / 1e6
  if (cell === null || typeof cell !== 'object') return cell
  if (isTexts(cell)) return [...cell]
  if ('usd' in cell) return { usd: cell.usd }
  if ('percent' in cell) return { percent: cell.percent }
  return 'timeNs' in cell ? { timeNs: String(cell.timeNs) } : { lengthNs: String(cell.lengthNs) }
}

/** The rows of a manifest as the oracle's. */
export function readRows(rows: Answers['queries'][string]): Row[] {
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, readCell(cell)])))
}

function readCell(cell: ManifestCell): Cell {
  if (cell === null || typeof cell !== 'object') return cell
  if (isTexts(cell)) return cell
  if ('integer' in cell) return BigInt(cell.integer)
  if ('usd' in cell) return usdCell(cell.usd)
  if ('percent' in cell) return cell
  return 'timeNs' in cell ? { timeNs: BigInt(cell.timeNs) } : { lengthNs: BigInt(cell.lengthNs) }
}

function isTexts(cell: object): cell is readonly string[] {
  return Array.isArray(cell)
}
