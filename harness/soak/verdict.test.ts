// The verdict of a soak: what it is held to, as the judge sees it.
import { expect, test } from 'vitest'
import { judge } from '../judge/judge.ts'
import { type Comparison, emptyEvidence } from '../judge/model/evidence.ts'
import { type Measurement, measurementOf } from '../judge/model/measurement.ts'
import { SoakSeries } from '../judge/soak/series.ts'
import { samplesFor, withMemory } from '../judge/testing/soak-samples.ts'
import type { Faulting } from './faulting.ts'
import type { SoakPart } from './files.ts'
import type { SoakPlan } from './options.ts'
import { type Judged, judgeSoak } from './verdict.ts'

const MINUTES = 12
const plan: SoakPlan = {
  ...{ durationMs: MINUTES * 60_000, events: null, rate: 1000, load: null },
  ...{ preset: 'soak', runtime: 'embedded', faults: false, seed: 1 },
}
/** 720 s at 1,000 events a second in requests of 50. */
const result: NonNullable<SoakPart['result']> = {
  ...{ requests: 14_400, records: 720_000, noted: 720_000, dropped: 0, late: 0, latenessMs: 4, tookMs: 720_000 },
}

interface Changed {
  readonly result?: Partial<typeof result>
  readonly plan?: Partial<SoakPlan>
  readonly stop?: Judged['end']['stop']
  readonly faulting?: Faulting
  readonly samples?: ReturnType<typeof samplesFor>
  readonly answers?: Partial<Pick<Judged, 'refused' | 'indeterminate'>>
  readonly unsettled?: number
}

/** The oracles that find something, and what they say it is. */
function verdictOf(changed: Changed = {}): string[] {
  const series = new SoakSeries()
  for (const sample of changed.samples ?? samplesFor(MINUTES * 60)) series.add(sample)
  const wanted = { ...plan, ...changed.plan }
  const comparisons: Comparison[] = []
  const measurements: Measurement[] = []
  const doubts: { oracle: string; why: string }[] = []
  judgeSoak(
    {
      check: (oracle, what, { actual, expected }) => void comparisons.push({ oracle, what, actual, expected }),
      measure: (oracle, measured) => void measurements.push(measurementOf(oracle, measured)),
      inconclusive: (oracle, why) => void doubts.push({ oracle, why }),
    },
    {
      order: { plan: wanted, series, saturationMs: 0, endMs: Number.POSITIVE_INFINITY } as Judged['order'],
      end: {
        state: {
          ...{ format: 1, status: 'begun', plan: wanted, clockMs: 0, rate: 1000, saturation: null, sentMs: 0 },
          parts: [{ from: 0, result: { ...result, ...changed.result } }],
          unsettled: changed.unsettled ?? 0,
        },
        stop: changed.stop,
        faulting: changed.faulting,
      },
      ...{ rate: 1000, eventsARequest: 50, refused: 0, indeterminate: 0, ...changed.answers },
    },
  )
  const { findings } = judge({ ...emptyEvidence, comparisons, measurements, doubts })
  expect(findings.length).toBeGreaterThan(3)
  return findings.filter(({ verdict }) => verdict !== 'pass').map(({ oracle, verdict }) => `${oracle} ${verdict}`)
}

test('one that kept its rate, was answered and did not grow passes', () => {
  expect(verdictOf()).toEqual([])
  expect(verdictOf({ result: { latenessMs: 100 } })).toEqual([])
})

test.each([
  ['is late', { latenessMs: 100.1 }],
  ['drops what it cannot send', { dropped: 1 }],
  // One that waits for answers is never late by its own account: the clock tells.
  ['sends less than was due, and says nothing of lateness', { requests: 13_900, records: 695_000, noted: 695_000 }],
  ['sends more than was due', { requests: 15_000, records: 750_000, noted: 750_000 }],
] as const)('a harness that %s proves nothing', (_, changed) => {
  expect(verdictOf({ result: changed })).toEqual(['load unknown'])
})

test('a ledger that forgets is found', () => {
  expect(verdictOf({ result: { noted: 719_950 } })).toEqual(['load fail'])
})

test('what is refused, and what is not answered, is a failure; not what nobody lived to note, nor under faults', () => {
  expect(verdictOf({ answers: { refused: 50 } })).toEqual(['capacity fail'])
  expect(verdictOf({ answers: { indeterminate: 50 } })).toEqual(['capacity fail'])
  expect(verdictOf({ answers: { indeterminate: 50 }, unsettled: 50 })).toEqual([])
  const faults = { plan: { faults: true }, faulting: { effective: 3, barren: 1, failure: '' } }
  expect(verdictOf({ ...faults, answers: { refused: 50, indeterminate: 50 } })).toEqual([])
})

test('where more is sent than the machine can, what is refused or not answered leaves it unknown', () => {
  const beyond = { result: { dropped: 900, latenessMs: 1_200 }, answers: { refused: 50, indeterminate: 50 } }
  expect(verdictOf(beyond)).toEqual(['load unknown', 'capacity unknown'])
})

test('faults that met nothing prove nothing; one that could not be healed is a failure', () => {
  const plan = { faults: true }
  expect(verdictOf({ plan, faulting: { effective: 0, barren: 9, failure: '' } })).toEqual(['schedules unknown'])
  expect(verdictOf({ plan, faulting: { effective: 2, barren: 0, failure: 'kill of relay: no' } })).toEqual([
    'recovery fail',
  ])
})

test('what ends it early is never a pass: the stack’s fault is a failure, what is not leaves it unknown', () => {
  const stop = (kind: 'gone' | 'stalled' | 'disk' | 'time' | 'files' | 'backlog') => ({ kind, reason: 'so it was' })
  expect(verdictOf({ stop: stop('gone') })).toEqual(['health fail'])
  expect(verdictOf({ stop: stop('stalled') })).toEqual(['health fail'])
  for (const kind of ['disk', 'time', 'files', 'backlog'] as const)
    expect(verdictOf({ stop: stop(kind) })).toEqual(['load unknown'])
  // Of what the stack was measured to take, it must take a share for ever.
  expect(verdictOf({ stop: stop('backlog'), plan: { rate: null, load: 0.8 } })).toEqual(['health fail'])
})

test('a component that grows fails, and so do parts that are not merged', () => {
  const leaking = samplesFor(MINUTES * 60, (atS) => ({ components: withMemory('relay', 1e8 + atS * 1e5) }))
  expect(verdictOf({ samples: leaking })).toEqual(['memory fail'])
  // Too short to be judged.
  expect(verdictOf({ samples: leaking.slice(0, 300) })).toEqual([])
  expect(verdictOf({ samples: samplesFor(MINUTES * 60, () => ({ mostParts: 301 })) })).toEqual(['storage fail'])
  expect(verdictOf({ samples: samplesFor(MINUTES * 60, () => ({ mostParts: null })) })).toEqual(['storage unknown'])
})
