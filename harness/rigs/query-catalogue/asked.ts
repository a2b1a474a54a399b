// Random parameters for the queries of the catalogue: filters that hit and miss, windows whose bounds are records' times, few rows and many.
import fc from 'fast-check'
import type { Asked } from '../../judge/catalogue/sent.ts'
import { BRANCHES, CHAPTERS, SESSIONS, USERS } from './records.ts'
import { windowMs, ZONES } from './times.ts'

/** Mostly everything. */
const filter = (values: readonly string[]) =>
  fc.oneof(
    { weight: 30, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: fc.constant('nobody') },
  )

export const asked: fc.Arbitrary<Asked> = fc
  .record({
    window: windowMs,
    tz: fc.constantFrom(...ZONES),
    user: filter([...USERS, 'u', 'U']),
    chapter: filter(CHAPTERS),
    branch: filter([...BRANCHES, 'fix']),
    top: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 3 })),
    days: fc.oneof(fc.nat(5), fc.nat(100)),
    limit: fc.constantFrom(0, 1, 50, 0.5, 12.34, 1000),
    session: fc.constantFrom(...SESSIONS),
  })
  .map(({ window, ...rest }) => ({ ...window, ...rest }))
