// Moments at which queries go wrong if they can: midnights and months of many zones, changes of the clock, the edges of what is sensible.
import fc from 'fast-check'

export const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Australia/Lord_Howe',
]

const ANCHORS = [
  // Midnights, and the months that begin with them: UTC, Berlin, New York, Kolkata, Apia, Lord Howe.
  '2025-03-01T00:00:00Z',
  '2025-02-28T23:00:00Z',
  '2025-03-01T05:00:00Z',
  '2025-02-28T18:30:00Z',
  '2025-02-28T11:00:00Z',
  '2025-02-28T13:00:00Z',
  // The clocks change: New York, Berlin (and its midnights before and behind), Lord Howe by half an hour, New York back.
  '2025-03-09T07:00:00Z',
  '2025-03-29T23:00:00Z',
  '2025-03-30T01:00:00Z',
  '2025-03-30T22:00:00Z',
  '2025-04-05T15:00:00Z',
  '2025-03-31T22:00:00Z',
  '2025-04-01T00:00:00Z',
  '2025-10-26T01:00:00Z',
  '2025-10-25T22:00:00Z',
  '2025-11-02T06:00:00Z',
  '2024-02-29T12:00:00Z',
  '2024-12-31T23:59:59.999Z',
].map((text) => Date.parse(text))
const DAY_MS = 86_400_000
const BASE_MS = Date.parse('2025-03-10T09:00:00Z')

const nearAnchor = fc
  .tuple(fc.constantFrom(...ANCHORS), fc.constantFrom(0, 0, -1, 1, -1000, 999, 1000, 1_800_000, -3_600_000, DAY_MS))
  .map(([anchor, offset]) => anchor + offset)
/** A few hours of one day, where most sessions are. */
const ofOneDay = fc.integer({ min: 0, max: 40_000 }).map((steps) => BASE_MS + steps * 500)
const ofSeasons = fc.integer({ min: -60 * DAY_MS, max: 60 * DAY_MS }).map((ms) => BASE_MS + ms)

const sensibleMs = fc.oneof(
  { weight: 4, arbitrary: nearAnchor },
  { weight: 5, arbitrary: ofOneDay },
  { weight: 1, arbitrary: ofSeasons },
)

/** Before 2020, at its edge, and the future. A time of 0 is none, and not among them. */
const impossibleMs = fc.constantFrom(
  1000,
  DAY_MS * 365,
  Date.parse('2019-12-31T23:59:59.999Z'),
  Date.parse('2020-01-01T00:00:00Z'),
  Date.parse('2090-07-01T12:00:00Z'),
  Date.parse('2150-01-01T00:00:00Z'),
)

/** Whole milliseconds as the client sends them, and some that are none. */
export const timeNs = fc
  .tuple(
    fc.oneof({ weight: 20, arbitrary: sensibleMs }, { weight: 1, arbitrary: impossibleMs }),
    fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, 500_000, 999_999) }),
  )
  .map(([ms, ns]) => BigInt(ms) * 1_000_000n + BigInt(ns))

/** A part of two years that holds all sensible times. */
const YEARS = { fromMs: Date.parse('2024-01-01'), toMs: Date.parse('2026-01-01') }

/** From and to, in this order, or equal. */
export const windowMs = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(sensibleMs, sensibleMs).map(([a, b]) => ({ fromMs: Math.min(a, b), toMs: Math.max(a, b) })),
  },
  { weight: 2, arbitrary: sensibleMs.map((fromMs) => ({ ...YEARS, fromMs })) },
  { weight: 4, arbitrary: sensibleMs.map((toMs) => ({ ...YEARS, toMs })) },
  { weight: 4, arbitrary: fc.constant(YEARS) },
  { weight: 1, arbitrary: fc.constant({ fromMs: 0, toMs: Date.parse('2100-01-01') }) },
)
