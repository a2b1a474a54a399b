// Figures of a soak over time, for the tests of the reports: waves, a gap, and a limit that is passed.
import type { RunResult } from '../../harness/judge/run-result.ts'

export function sampleSeries(): RunResult['series'] {
  const figure = (
    name: string,
    unit: RunResult['series'][number]['unit'],
    limit: number | null,
    of: (second: number) => number | null,
  ) => ({
    name,
    unit,
    limit,
    points: Array.from({ length: 180 }, (_, second) => ({ atMs: second * 1000, value: of(second) })),
  })
  return [
    figure('Rate', 'events/s', null, (second) => 1500 + 40 * Math.sin(second / 3)),
    figure('Backlog', 'events', null, (second) => (second > 60 && second < 70 ? null : Math.max(0, 900 - second * 5))),
    figure('Lateness, 99 %', 'ms', 100, (second) => (second === 120 ? 140 : 2 + (second % 5))),
    figure('Disk free', 'bytes', null, (second) => 64 * 1024 ** 3 - second * 1024 ** 2),
  ]
}
