// The dense ground, sampled: events at several rates in every group, records of other programs, records without a time, copies of each, and
// the same as a sample.
import type { Attributes, SentLog, SentPoint } from '../../judge/catalogue/sent.ts'
import { denseGround } from './dense-ground.ts'
import { asking, type Ground } from './ground.ts'
import { arriving } from './random-grounds.ts'

/** As many as have nothing in common with how many kinds, contexts and models there are. Weights are whole: what they scale adds up without loss. */
const RATES = [50, 25, undefined, 20, 12.5, undefined, 10]
const START_NS = BigInt(Date.parse('2025-03-10T09:30:00Z')) * 1_000_000n

const rated = (log: SentLog, samplingPercentage: number | undefined): SentLog =>
  samplingPercentage === undefined ? log : { ...log, samplingPercentage }

/** Whose a record is: the scope says so, else the service's name. */
const SENDERS: readonly (readonly [scope: string, resource: Attributes])[] = [
  ['another.program', {}],
  ['another.program', { 'service.name': 'claude-code' }],
  ['', { 'service.name': 'another' }],
  ['com.anthropic.claude_code.events', { 'service.name': 'another' }],
  ['', { 'service.name': 'claude-code' }],
]

function log(sequence: number, type: string, more: Attributes, rate?: number): SentLog {
  const own = { 'event.name': type, 'event.sequence': String(1000 + sequence), 'session.id': 'more', 'user.id': 'more' }
  const attributes = { ...own, ...more }
  return rated({ timeNs: START_NS, body: type, eventName: '', scope: '', resource: {}, attributes }, rate)
}

function point(name: string, value: number | null, more: Attributes): SentPoint {
  const attributes = { 'session.id': 'more', 'user.id': 'more', ...more }
  const common = { startNs: 0n, unit: '', scope: '', resource: {}, temporality: 1 as const }
  return { ...common, timeNs: START_NS, name: `claude_code.${name}`, value, attributes }
}

/** Groups of their own: of one weight, without any number, with more than 32 bits hold, and of weights that only together are near a whole number. */
const groups = [
  ...['a', 'b'].map((model, at) => log(at, 'api_request', { model: 'half', tool_name: model, cost_usd: '2' }, 50)),
  log(10, 'api_request', { model: 'large', input_tokens: '3000000000', cost_usd: '1' }, 10),
  ...[0, 1, 2].map((at) => log(20 + at, 'api_request', { model: 'fraction', input_tokens: '1', cost_usd: '1' }, 80)),
  ...['true', 'false', 'true'].map((success, at) =>
    log(30 + at, 'tool_result', { tool_name: 'weighed', success }, [50, 10, undefined][at]),
  ),
]

const ofSenders = SENDERS.flatMap(([scope, resource], at) =>
  ['api_request', 'api_error', 'tool_result'].map((type, kind) => ({
    ...log(100 + at * 3 + kind, type, { model: `sender ${at}`, tool_name: `sender ${at}`, cost_usd: '7' }),
    scope,
    resource,
  })),
)
const pointsOfSenders = SENDERS.flatMap(([scope, resource], at) =>
  ['commit.count', 'active_time.total', 'token.usage', 'code_edit_tool.decision'].map((name) => ({
    ...point(name, 7 + at, { decision: 'accept', tool_name: `sender ${at}` }),
    scope,
    resource,
  })),
)

/** Without a time. They come first, so that they have the time of the first insert. */
const untimed = ['api_request', 'api_error', 'tool_result'].map((type, at) => ({
  ...log(200 + at, type, { model: 'untimed', tool_name: 'untimed', cost_usd: '3', 'session.id': 'untimed' }, 25),
  timeNs: 0n,
}))
const untimedPoints = ['commit.count', 'active_time.total', 'token.usage'].map((name) => ({
  ...point(name, 5, { 'session.id': 'untimed' }),
  timeNs: 0n,
}))

/** The same once more, not equal to the letter and at another rate: in inserts of their own, and for nothing. */
const again = <T extends { readonly resource: Attributes }>(records: readonly T[]) =>
  records.map((record) => ({ ...record, resource: { ...record.resource, again: 'yes' } }))

/** The same as a sample, which nobody asks for. */
const marked = <T extends { readonly resource: Attributes }>(records: readonly T[]) =>
  records.map((record) => ({ ...record, resource: { ...record.resource, 'telemetry.dataset': 'week' } }))

export function sampledGround(): Ground {
  const dense = denseGround()
  const logs = [
    ...untimed,
    ...dense.sent.logs.map((each, at) => rated(each, RATES[at % RATES.length])),
    ...groups,
    ...ofSenders,
  ]
  const points = [...untimedPoints, ...dense.sent.points, ...pointsOfSenders]
  const copies = again([...logs.slice(0, 40), ...ofSenders]).map((each) => rated(each, 12.5))
  const copiesOfPoints = again([...points.slice(0, 40), ...pointsOfSenders])
  const { arrivedMs } = dense.sent
  return {
    name: 'sampled',
    sent: arriving({ logs: [...logs, ...copies], points: [...points, ...copiesOfPoints], arrivedMs }),
    hidden: { logs: marked(dense.sent.logs.slice(0, 40)), points: marked(dense.sent.points.slice(0, 40)) },
    // Everything first: the views are asked only the first few.
    asked: [asking({ session: 'untimed', top: 100 }), ...dense.asked],
  }
}
