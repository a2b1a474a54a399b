// Times in which the model's service fails many requests, for everybody at once.
import { stream } from '../streams.ts'
import { draw, drawCount } from './distribution.ts'
import type { Preset } from './preset.ts'

const WEEK_MS = 7 * 86_400_000
const MINUTE_MS = 60_000

/** Whether one of the bursts of a seed goes on at a time (milliseconds since the epoch). */
export function burstsOf({ errors }: Preset, seed: number): (nowMs: number) => boolean {
  const weeks = new Map<number, readonly (readonly [fromMs: number, toMs: number])[]>()
  const make = (week: number) => {
    const faker = stream(seed, `bursts/${week}`)
    return Array.from({ length: drawCount(faker, errors.bursts_a_week) }, () => {
      const fromMs = week * WEEK_MS + Math.floor(faker.number.float() * WEEK_MS)
      return [fromMs, fromMs + draw(faker, errors.burst_minutes) * MINUTE_MS] as const
    })
  }
  return (nowMs) => {
    const week = Math.floor(nowMs / WEEK_MS)
    const bursts = weeks.get(week) ?? make(week)
    weeks.set(week, bursts)
    return bursts.some(([fromMs, toMs]) => nowMs >= fromMs && nowMs < toMs)
  }
}
