// A ground of what random ones met by luck: a tie with what has no name, a second that is just not one, a counter that tells no number; and of a day that Date does not hold.
import type { Attributes, SentLog, SentPoint } from '../../judge/catalogue/sent.ts'
import { asking, type Ground } from './ground.ts'
import { arriving } from './random-grounds.ts'

const START_NS = BigInt(Date.parse('2025-03-10T08:00:00Z')) * 1_000_000n
const ALMOST_A_SECOND_NS = 999_999_999n
/** Date ends in June 2149. */
const LATE = Date.parse('2150-01-01T12:00:00Z')

function log(sequence: number, timeNs: bigint, type: string, more: Attributes): SentLog {
  const attributes = { 'event.name': type, 'event.sequence': String(sequence), 'session.id': 'e1', ...more }
  return { timeNs, body: 'text', eventName: '', scope: '', resource: {}, attributes }
}

const logs = [
  log(1, START_NS, 'api_request', { cost_usd: '1' }),
  log(2, START_NS, 'api_request', {
    cost_usd: '1',
    'user.id': 'u9',
    'chapter.number': '9',
    'git.branch': 'main',
    'feature.id': 'f9',
    model: 'm',
  }),
  log(1, START_NS, 'user_prompt', { 'session.id': 'almost' }),
  log(2, START_NS + ALMOST_A_SECOND_NS, 'user_prompt', { 'session.id': 'almost' }),
]

/** Cumulative: in the middle one that says that it has no value. */
const points = [5, null, 8].flatMap((value, at): SentPoint[] =>
  ['commit.count', 'active_time.total'].map((name) => ({
    timeNs: START_NS + BigInt(at) * 1_000_000_000n,
    startNs: START_NS,
    name: `claude_code.${name}`,
    unit: '',
    scope: '',
    resource: {},
    temporality: 2,
    value,
    attributes: { 'session.id': 'e1', ...(name === 'commit.count' ? {} : { type: 'user' }) },
  })),
)

export function edgesGround(): Ground {
  return {
    name: 'edges',
    sent: arriving({ logs, points, arrivedMs: Date.parse('2025-03-12T00:00:00Z') }),
    hidden: { logs: [], points: [] },
    asked: [asking({ top: 100 })],
  }
}

/** Months are reckoned in Date, so no budget can be asked for there. */
export function lateGround(): Ground {
  const late = log(1, BigInt(LATE) * 1_000_000n, 'api_request', { cost_usd: '0.5' })
  return {
    name: 'late',
    sent: arriving({ logs: [late], points: [], arrivedMs: Date.parse('2025-03-12T00:00:00Z') }),
    hidden: { logs: [], points: [] },
    asked: [asking({ fromMs: LATE - 86_400_000, toMs: LATE + 86_400_000 })],
    queries: new Set(['cost-by-day']),
  }
}
