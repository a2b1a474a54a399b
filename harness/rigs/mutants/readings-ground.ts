// A ground of sessions whose events and metrics agree, just or just not; of amounts that numbers hold just or just not; of clocks long ago.
import type { SentLog, SentPoint } from '../../judge/catalogue/sent.ts'
import { asking, type Ground } from './ground.ts'
import { arriving } from './random-grounds.ts'

const START_NS = BigInt(Date.parse('2025-03-10T08:00:00Z')) * 1_000_000n

/** What events tell, and what metrics: cost and tokens. */
const READINGS: readonly (readonly [cost: string, tokens: string, metricCost: number, metricTokens: number])[] = [
  ['1', '100', 0.99, 100],
  ['1', '100', 1, 99],
  ['1', '100', 0.99, 200],
  ['2', '100', 1, 99],
  ['1', '100', 2, 99],
  ['5', '0', 1, 0],
  ['0', '7', 0, 3],
  ['0', '7', 1, 3],
  ['7', '0', 0, 3],
  ['5', '50', 1, 50],
  ['50', '5', 50, 1],
  ['2', '100', 1.98, 100],
  ['1.98', '100', 2, 100],
  ['2', '100', 1.97, 100],
  ['2', '99', 2, 100],
  ['1', '11', 1, 10.6],
  ['0.5', '0', 0, 0],
  ['0', '0', 0.5, 0],
  ['0', '0', 0.01, 0],
  ['1', '3000000000', 1, 3_000_000_000],
  ['0.0000016', '1', 0.0000016, 1],
  ['3', '1', 0.0000016, 1],
  ['1', '197', 1, 200],
]

const logs = READINGS.map(([cost, tokens], at): SentLog => {
  const told = { cost_usd: cost, input_tokens: tokens, model: 'claude' }
  return log(at, `s${at}`, told)
})

const points = READINGS.flatMap(([, , cost, tokens], at) => [
  point('cost.usage', `s${at}`, cost),
  point('token.usage', `s${at}`, tokens),
])

const { 'session.id': _, ...nobody } = log(106, '', { model: 'nobody' }).attributes

/** More than 64 bits hold together, and more than 24 bits tell apart; two of three that are equal; one without a session. */
const amounts = [
  log(104, 'x5', { model: 'as much read', input_tokens: '3', cache_read_tokens: '3' }),
  log(105, 'x6', { model: 'as much created', input_tokens: '3', cache_creation_tokens: '3' }),
  { ...log(106, '', {}), attributes: nobody },
  log(100, 'x1', { model: 'most', input_tokens: '4000000000000000000' }),
  log(101, 'x2', { model: 'most', cache_read_tokens: '4000000000000000000' }),
  log(102, 'x3', { model: 'most', cache_creation_tokens: '4000000000000000000' }),
  log(103, 'x4', { model: 'many', input_tokens: '16777225', cache_read_tokens: '2363933' }),
]

function log(sequence: number, session: string, more: Readonly<Record<string, string>>): SentLog {
  const attributes = { 'event.name': 'api_request', 'event.sequence': String(sequence), 'session.id': session, ...more }
  return { timeNs: START_NS, body: 'text', eventName: '', scope: '', resource: {}, attributes }
}

function point(name: string, session: string, value: number): SentPoint {
  return {
    timeNs: START_NS,
    startNs: 0n,
    name: `claude_code.${name}`,
    unit: '',
    scope: '',
    resource: {},
    temporality: 1,
    value,
    attributes: { 'session.id': session },
  }
}

export function readingsGround(): Ground {
  return {
    name: 'readings',
    sent: arriving({ logs: [...logs, ...amounts], points, arrivedMs: Date.parse('2025-03-12T00:00:00Z') }),
    hidden: { logs: [], points: [] },
    asked: [asking({ top: 100 }), asking({ top: 5 })],
  }
}

/** Of one session half was stored: who has no events may have been left out. */
export function sampledReadingsGround(): Ground {
  const sampled = logs.map((each, at) => (at === 0 ? { ...each, samplingPercentage: 50 } : each))
  return {
    name: 'sampled readings',
    sent: arriving({ logs: sampled, points, arrivedMs: Date.parse('2025-03-12T00:00:00Z') }),
    hidden: { logs: [], points: [] },
    asked: [asking({ top: 100 })],
  }
}

/** A machine whose clock stands in 2019: what is from the future there may be from before 2020 too, or from its first moment. */
export function earlyGround(): Ground {
  const times = [
    '2019-05-01T00:00:00Z',
    '2019-06-01T12:00:00Z',
    '2019-06-02T00:00:00Z',
    '2019-06-02T00:00:00.001Z',
    '2020-01-01T00:00:00Z',
    '2020-01-01T12:00:00Z',
    '2020-01-02T00:00:00Z',
  ]
  const early = times.map(
    (time, at): SentLog => ({ ...log(at, 'early', {}), timeNs: BigInt(Date.parse(time)) * 1_000_000n }),
  )
  return {
    name: 'early',
    sent: arriving({ logs: early, points: [], arrivedMs: Date.parse('2019-06-01T00:00:00Z') }),
    hidden: { logs: [], points: [] },
    asked: [asking()],
  }
}
