// What a toxic does to a probe, and the words for it.
import type { ProbeResult } from '../links/link-probe.ts'

/** The same probe through the link before the fault, through it now, and past toxiproxy now. All but `through` were answered. */
export interface ProbeComparison {
  readonly before: ProbeResult
  readonly through: ProbeResult
  readonly beside: ProbeResult
}

/** How long a probe of a healthy link waits. */
export const PATIENCE_MS = 2_000
/** Slow enough to be told from a healthy link, fast enough to be waited for. */
export const SLOW_MS = 150
const RECOGNIZABLE_MS = 20

/** It all came, but as much later as the fault asks for. */
export function slower({ before, through, beside }: ProbeComparison, byMs: number): string | undefined {
  const normalMs = Math.max(before.tookMs, beside.tookMs)
  if (byMs < RECOGNIZABLE_MS || through.tookMs < normalMs + 0.6 * byMs || through.tookMs < 0.8 * byMs) return undefined
  const what = through.end === 'answered' ? `took ${ms(through.tookMs)}` : `had not ended after ${ms(through.tookMs)}`
  return `a probe of ${through.rounds} questions ${what} (before ${ms(before.tookMs)}, past the proxy ${ms(beside.tookMs)})`
}

export function isCut({ end }: ProbeResult): boolean {
  return end === 'reset' || end === 'closed'
}

export function ended({ end }: ProbeResult): string {
  return end === 'reset' ? 'reset' : 'cut off'
}

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
}
