// A ground of sampling rates: those that are one, just or just not, and texts that are none.
import type { SentLog } from '../../judge/catalogue/sent.ts'
import { asking, type Ground } from './ground.ts'
import { arriving } from './random-grounds.ts'

const START_NS = BigInt(Date.parse('2025-03-10T08:00:00Z')) * 1_000_000n
/** In percent; what is none, or all, is as if there were none. */
const RATES = [undefined, 0.5, 1, 50, 80, 99, 99.5, 100, 100.5, 101, 0, -5]

const logs = RATES.map((rate, at): SentLog => {
  const attributes = {
    'event.name': 'api_request',
    'event.sequence': String(at),
    'session.id': `s${at}`,
    model: `rate ${rate}`,
    cost_usd: '1',
  }
  const log = { timeNs: START_NS, body: 'text', eventName: '', scope: '', resource: {}, attributes }
  return rate === undefined ? log : { ...log, samplingPercentage: rate }
})

export function ratesGround(): Ground {
  return {
    name: 'rates',
    sent: arriving({ logs, points: [], arrivedMs: Date.parse('2025-03-12T00:00:00Z') }),
    hidden: { logs: [], points: [] },
    asked: [asking({ top: 100 })],
    isForInserts: true,
  }
}
