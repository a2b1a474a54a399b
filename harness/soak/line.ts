// The line that shows a soak while it goes on.
import { type SoakSample, soakComponents } from '../judge/soak/sample.ts'
import type { SoakPlan } from './options.ts'

const MIB = 1024 ** 2
const counts = new Intl.NumberFormat('en-US')
const count = (value: number | null) => (value === null ? '?' : counts.format(Math.round(value)))

/** `1:23 of 10:00 · 812 of 812 events/s · backlog 0 · …`: how far it is, the load, and what carries it. */
export function soakLine(sample: SoakSample, rate: number, { durationMs, events }: SoakPlan): string {
  const far =
    durationMs === null
      ? `${clock(sample.atMs)}, ${count(sample.sent)} of ${count(events)} events`
      : `${clock(sample.atMs)} of ${clock(durationMs)}`
  const components = soakComponents.map((name) => {
    const use = sample.components[name]
    return use === null
      ? `${name} away`
      : `${name} ${use.cpuCores.toFixed(2)} cores ${Math.round(use.memoryBytes / MIB)} MiB`
  })
  return [
    far,
    `${count(sample.rate)} of ${count(rate)} events/s`,
    `backlog ${count(sample.backlog)}`,
    `late ${Math.round(sample.latenessMs)} ms`,
    `in flight ${count(sample.inFlight)}`,
    ...components,
    `disk free ${count(sample.diskFreeBytes / MIB)} MiB`,
    `${count(sample.parts)} parts`,
  ].join(' · ')
}

/** `1:23`, `1:02:03` */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const pad = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return hours === 0 ? `${minutes}:${pad(seconds % 60)}` : `${hours}:${pad(minutes)}:${pad(seconds % 60)}`
}
