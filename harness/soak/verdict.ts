// What a soak is held to, besides that every event is there once: the load was as promised, and nothing grew without end.
import type { Experiment } from '../experiment/experiment.ts'
import { GROWTH_AT_MOST, GROWTH_FROM_MS, growthOf } from '../judge/soak/growth.ts'
import type { StopKind } from '../judge/soak/stop-rules.ts'
import type { Faulting } from './faulting.ts'
import type { SoakOrder } from './order.ts'
import type { PartEnd } from './part.ts'
import { THREADS } from './sending.ts'

const LATE_MS = 100
/** Of the rate: two samples of a short soak are as far off. */
const RATE_OFF = 0.02
/** ClickHouse begins to delay inserts at a thousand; a partition that has more than this is not being merged. */
const MOST_PARTS = 300

/** What ends a soak early and is the stack's fault; else it is the machine's, or the person's. */
const FAULTS_OF_THE_STACK: readonly StopKind[] = ['gone', 'stalled']

/** Where it is noted; an experiment is one. */
export type Noted = Pick<Experiment, 'check' | 'measure' | 'inconclusive'>

export interface Judged {
  readonly order: SoakOrder
  readonly end: PartEnd
  /** Events a second, as it was promised. */
  readonly rate: number
  readonly eventsARequest: number
  /** Events of all starts, as they were answered. */
  readonly refused: number
  readonly indeterminate: number
}

export function judgeSoak(experiment: Noted, judged: Judged): void {
  theEnd(experiment, judged)
  theAnswers(experiment, judged, theLoad(experiment, judged))
  if (judged.order.plan.faults) theFaults(experiment, judged.end.faulting)
  theSeries(experiment, judged)
}

/** Why it ended, where that was too early. */
function theEnd(experiment: Noted, { order, end: { stop } }: Judged): void {
  if (order.expectedStop !== undefined) {
    experiment.check('health', 'what ended the soak, as it must', {
      actual: stop?.kind ?? 'nothing',
      expected: order.expectedStop,
    })
    return
  }
  const isAboutTheStack =
    stop !== undefined &&
    // A share of what the stack could take must be taken for ever; a rate that a person chose need not be.
    (FAULTS_OF_THE_STACK.includes(stop.kind) || (stop.kind === 'backlog' && order.plan.load !== null))
  experiment.check('health', 'what ended the soak early', {
    actual: isAboutTheStack ? stop.reason : 'nothing',
    expected: 'nothing',
  })
  if (stop !== undefined && !isAboutTheStack) experiment.inconclusive('load', `ended early: ${stop.reason}`)
}

/** @returns whether the load was as promised */
function theLoad(experiment: Noted, { end, rate, eventsARequest }: Judged): boolean {
  const results = end.state.parts.flatMap(({ result }) => result ?? [])
  const sum = (key: 'requests' | 'records' | 'dropped' | 'late' | 'tookMs' | 'noted') =>
    results.reduce((total, result) => total + result[key], 0)
  const latenessMs = Math.max(0, ...results.map((result) => result.latenessMs))
  experiment.measure('load', { name: 'rate that was promised', value: rate, unit: 'events/s' })
  experiment.measure('load', { name: 'events that were sent', value: sum('records'), unit: 'events' })
  experiment.measure('load', {
    name: 'how far the harness was behind its own rate, 99 % of requests',
    value: latenessMs,
    unit: 'ms',
    limit: { atMost: LATE_MS, missed: 'unknown' },
  })
  experiment.measure('load', { name: 'requests that were sent late', value: sum('late'), unit: 'requests' })
  experiment.measure('load', {
    name: 'requests not sent, as too many waited',
    value: sum('dropped'),
    unit: 'requests',
    limit: { atMost: 0, missed: 'unknown' },
  })
  // Counted against the clock, not against what the sender says of its lateness: one that waits for answers has none.
  const due = (sum('tookMs') / 1000) * (rate / eventsARequest)
  const off = due === 0 ? 0 : Math.max(0, Math.abs(sum('requests') - due) - THREADS * results.length) / due
  experiment.measure('load', {
    name: 'how far the sent requests are from those that were due, of these',
    value: off,
    unit: 'ratio',
    limit: { atMost: RATE_OFF, missed: 'unknown' },
  })
  experiment.check('load', 'events that are in the ledger, of those that were sent', {
    actual: sum('noted'),
    expected: sum('records'),
  })
  return latenessMs <= LATE_MS && sum('dropped') === 0 && off <= RATE_OFF
}

/** Under faults, and of what has ended, a refusal and silence are answers too. */
function theAnswers(experiment: Noted, { order, end, refused, indeterminate }: Judged, isAsPromised: boolean): void {
  if (order.plan.faults || order.expectedStop !== undefined) {
    experiment.measure('capacity', { name: 'events refused', value: refused, unit: 'events' })
    experiment.measure('capacity', { name: 'events without an answer', value: indeterminate, unit: 'events' })
    return
  }
  // Of a load that was another one nobody promised that it is taken.
  const limit = { atMost: 0, missed: isAsPromised ? 'fail' : 'unknown' } as const
  experiment.measure('capacity', { name: 'events refused', value: refused, unit: 'events', limit })
  experiment.measure('capacity', {
    name: 'events without an answer',
    value: indeterminate - end.state.unsettled,
    unit: 'events',
    limit,
  })
}

function theFaults(experiment: Noted, faulting: Faulting | undefined): void {
  experiment.measure('schedules', {
    name: 'faults that took effect',
    value: faulting?.effective ?? 0,
    unit: 'faults',
    limit: { atLeast: 1, missed: 'unknown' },
  })
  experiment.measure('schedules', {
    name: 'faults that met nothing',
    value: faulting?.barren ?? 0,
    unit: 'faults',
  })
  experiment.check('recovery', 'a fault that could not be injected or healed', {
    actual: faulting?.failure ?? '',
    expected: '',
  })
}

function theSeries(experiment: Noted, { order }: Judged): void {
  const { samples } = order.series
  const { fromMs, atMost } = order.growth ?? { fromMs: GROWTH_FROM_MS, atMost: GROWTH_AT_MOST }
  for (const { component, ratio, notJudged } of growthOf(samples, fromMs)) {
    if (ratio === null && notJudged !== '') continue
    experiment.measure('memory', {
      name: `memory of ${component} in the last sixth, of that in the second${notJudged === '' ? '' : '; not judged'}`,
      value: ratio ?? Number.NaN,
      unit: 'ratio',
      ...(notJudged === '' ? { limit: { atMost } } : {}),
    })
  }
  const parts = samples.flatMap(({ mostParts }) => mostParts ?? [])
  experiment.measure('storage', {
    name: 'parts of one partition, at most',
    value: parts.length === 0 ? Number.NaN : Math.max(...parts),
    unit: 'parts',
    limit: { atMost: MOST_PARTS },
  })
}
