// The events of a load over time, in rows that a person knows: a day's hours, or, of longer times, a month's days.
import { isoTime } from '../../core/clock.ts'

const HOURS = 24
const MOST_DAYS = 14
const HOUR_MS = 3_600_000

export interface Row {
  /** `Mon 2026-01-05` or `2026-01`. */
  readonly name: string
  /** Events of each hour from 0, or of each day of the month from 1. */
  readonly counts: readonly number[]
}

/** Without gaps from the first event to the last; in UTC. */
export function timeline(hours: ReadonlyMap<number, number>): readonly Row[] {
  const days = new Map<number, number[]>()
  for (const [hour, count] of hours) {
    const day = Math.floor(hour / HOURS)
    const counts = days.get(day) ?? new Array<number>(HOURS).fill(0)
    days.set(day, counts)
    counts[hour % HOURS] = (counts[hour % HOURS] ?? 0) + count
  }
  if (days.size === 0) return []
  const [first, last] = [Math.min(...days.keys()), Math.max(...days.keys())]
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  if (all.length <= MOST_DAYS)
    return all.map((day) => ({ name: nameOf(day), counts: days.get(day) ?? new Array<number>(HOURS).fill(0) }))
  const months = new Map<string, number[]>()
  for (const day of all) {
    const date = dateOf(day)
    const month = months.get(date.slice(0, 7)) ?? []
    months.set(date.slice(0, 7), month)
    // Days before the first one of all are empty.
    while (month.length < Number(date.slice(8)) - 1) month.push(0)
    month.push((days.get(day) ?? []).reduce((sum, count) => sum + count, 0))
  }
  return [...months].map(([name, counts]) => ({ name, counts }))
}

function dateOf(day: number): string {
  return isoTime(day * HOURS * HOUR_MS).slice(0, 10)
}

function nameOf(day: number): string {
  const weekday = new Date(day * HOURS * HOUR_MS).toLocaleDateString('en', { weekday: 'short', timeZone: 'UTC' })
  return `${weekday} ${dateOf(day)}`
}
