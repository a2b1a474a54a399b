// Random grounds, the same in every run: datasets and questions as the oracle's own proof draws them.
import fc from 'fast-check'
import type { Delivered } from '../../judge/catalogue/sent.ts'
import { asked } from '../query-catalogue/asked.ts'
import { datasetOf } from '../query-catalogue/datasets.ts'
import type { Ground } from './ground.ts'

const SEED = 20_261_127
const GROUNDS = 5
const ASKED = 6
/** A day before one of the moments around which times are drawn. */
const ARRIVED_MS = Date.parse('2025-10-25T01:00:00Z')

export function randomGrounds(): Ground[] {
  const all = fc.tuple(datasetOf(ARRIVED_MS), fc.array(asked, { minLength: ASKED, maxLength: ASKED }))
  return fc.sample(all, { seed: SEED, numRuns: GROUNDS }).map(([sent, windows], at) => ({
    name: `random ${at + 1}`,
    sent: arriving(sent),
    hidden: { logs: [], points: [] },
    asked: windows,
  }))
}

/** With the time of arrival in it, so that nothing depends on the clock. */
export function arriving(sent: Delivered): Delivered {
  const late = <T extends object>(record: T) => ({ ...record, arrivedMs: sent.arrivedMs })
  return { ...sent, logs: sent.logs.map(late), points: sent.points.map(late) }
}
