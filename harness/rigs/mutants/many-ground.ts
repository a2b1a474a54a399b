// A ground with more of everything than a query shows: many calls, sessions and kinds of errors, ties, counters that go on and begin again, edges of time.
import type { Attributes, SentLog, SentPoint } from '../../judge/catalogue/sent.ts'
import { asking, type Ground } from './ground.ts'
import { arriving } from './random-grounds.ts'

const START_MS = Date.parse('2025-03-10T08:00:00Z')
const ARRIVED_MS = Date.parse('2025-06-01T00:00:00Z')
const DAY_MS = 86_400_000
const CALLS = 101
const SESSIONS = 23

function log(timeMs: number, sequence: number, type: string, more: Attributes, timeNs = 0n): SentLog {
  return {
    timeNs: BigInt(timeMs) * 1_000_000n + timeNs,
    body: type,
    eventName: '',
    scope: '',
    resource: {},
    attributes: { 'event.name': type, 'event.sequence': String(sequence), 'session.id': 'one', ...more },
  }
}

function withoutSequence(timeMs: number, type: string, more: Attributes): SentLog {
  const { 'event.sequence': _, ...attributes } = log(timeMs, 0, type, more).attributes
  return { ...log(timeMs, 0, type, more), attributes }
}

/** Each takes another time, in no order; two of three succeed. */
const calls = Array.from({ length: CALLS }, (_, at) =>
  log(START_MS + at, at, 'tool_result', {
    tool_name: 'Bash',
    duration_ms: String((at * 37) % CALLS),
    success: at % 3 === 0 ? 'false' : 'true',
    tool_result_size_bytes: '0',
  }),
)

/** Sessions of equal cost and length, and errors of one kind in all of them. */
const sessions = Array.from({ length: SESSIONS }, (_, at) => {
  const own = { 'session.id': `m${String(at).padStart(2, '0')}`, 'user.id': `p${at % 4}` }
  const begin = START_MS + 60_000 + at * 1000
  return [
    log(begin, 1, 'api_request', { ...own, model: `model ${at}`, cost_usd: '0.5', input_tokens: '0' }),
    log(begin + 999 + at, 2, 'api_error', {
      ...own,
      model: `model ${at % 13}`,
      error: 'Overloaded',
      status_code: '529',
    }),
  ]
}).flat()

/** Ties: of cost, calls, errors and time, where only a name or its absence decides. One tool says nothing of its calls. */
const ties = ['b', 'a', undefined, 'c'].flatMap((name, at) => {
  const who: Attributes =
    name === undefined ? {} : { 'user.id': name, 'feature.id': name, 'git.branch': name, 'chapter.number': name }
  const what: Attributes = name === undefined ? {} : { model: name, tool_name: name }
  return [
    log(START_MS + 180_000, 10 + at, 'api_request', { ...who, ...what, cost_usd: '0.25', cache_read_tokens: '3' }),
    log(START_MS + 180_000, 20 + at, 'api_error', { ...who, ...what, status_code: `${at}` }),
    log(START_MS + 180_000, 30 + at, 'tool_result', { ...who, ...what }),
    ...(name === 'c' ? [log(START_MS + 181_000, 40, 'tool_result', { ...who, ...what })] : []),
  ]
})

/** Two of three; at the beginning of a month, and dear; a day less a nanosecond before the end of what is asked. */
const edges = [
  ...['true', 'true', 'false'].map((success, at) =>
    log(START_MS + 190_000, 50 + at, 'tool_result', { tool_name: 'Third', success }),
  ),
  log(Date.parse('2025-03-01T00:00:00Z'), 1, 'api_request', { model: 'dear', cost_usd: '20000', 'user.id': 'first' }),
  log(START_MS + 2 * DAY_MS, 2, 'user_prompt', { 'user.id': 'last' }, 1n),
]

const errors = ['400', '401', '403', '404', '408', '413', '418', '429', '500', '599'].map((status, at) =>
  log(START_MS + 120_000 + at, at, 'api_error', { 'session.id': 'errors', status_code: status, attempt: String(at) }),
)

const times = [
  '2019-12-31T23:59:59.999Z',
  '2020-01-01T00:00:00.000Z',
  '2020-01-01T12:00:00.000Z',
  '2020-01-02T00:00:00.000Z',
  '2025-06-01T01:30:00.000Z',
  '2025-06-02T00:00:00.000Z',
  '2025-06-02T00:00:00.001Z',
  '2025-06-02T12:00:00.000Z',
].map((time, at) => log(Date.parse(time), at, at % 2 === 0 ? 'early or late' : 'late or early', {}))

/** Two in one moment with and without a sequence, in one session. */
const tied = ['x', 'y', 'z', 'w', 'v', 'u'].flatMap((model, at) => [
  log(START_MS, 7, at % 2 === 0 ? 'api_request' : 'tool_result', {
    'session.id': 'tied',
    model,
    cost_usd: '0.0000014',
  }),
  log(START_MS + 7, 9, at % 2 === 0 ? 'other' : 'another', { 'session.id': 'tied', model }),
  withoutSequence(START_MS + 7, at % 2 === 0 ? 'other' : 'another', { 'session.id': 'tied', model }),
  log(START_MS + 5, at, 'other', { 'session.id': 'tied', model }, at === 2 ? 999_999n : 0n),
])

function point(name: string, timeMs: number, value: number | null, more: Partial<SentPoint> = {}): SentPoint {
  return {
    timeNs: BigInt(timeMs) * 1_000_000n,
    startNs: 0n,
    name: `claude_code.${name}`,
    unit: '',
    scope: '',
    resource: {},
    temporality: 2,
    value,
    ...more,
    attributes: { 'session.id': 'one', ...more.attributes },
  }
}

/** Goes on, begins again without saying so, stands still, has two values at one time; beside another start and other attributes. */
const counted = ['commit.count', 'pull_request.count', 'cost.usage', 'token.usage'].flatMap((name, index) => {
  const values = [5, 8, null, 3, 3, 11, 30]
  const steps = values.map((value, at) => point(name, START_MS + at * 1000, value === null ? null : value + index))
  const own = { 'git.branch': 'other', 'session.id': 'one' }
  return [
    ...steps,
    point(name, START_MS + 5000, 20 + index),
    point(name, START_MS + 3500, 30, { startNs: 1n }),
    point(name, START_MS + 4500, 41, { startNs: 1n }),
    point(name, START_MS + 3600, 50, { attributes: own }),
    point(name, START_MS + 4600, 61, { attributes: own }),
    point(name, START_MS + 3700, 70, { resource: { 'git.branch': 'third' } }),
    point(name, START_MS + 4700, 81, { resource: { 'git.branch': 'third' } }),
    // The same attributes in another order.
    { ...point(name, START_MS + 5700, 99), attributes: { 'git.branch': 'other', 'session.id': 'one' } },
    { ...point(name, START_MS + 5800, 100), attributes: { 'session.id': 'one', 'git.branch': 'other' } },
    point(name, START_MS + 5700, 99, { resource: { 'git.branch': 'fourth', place: 'x' } }),
    point(name, START_MS + 5800, 100, { resource: { place: 'x', 'git.branch': 'fourth' } }),
    // Two processes count the same.
    point(name, START_MS + 5900, 1, { temporality: 1, attributes: { process: '1' } }),
    point(name, START_MS + 5900, 1, { temporality: 1, attributes: { process: '2' } }),
    point(name, START_MS + 3800, 90, { attributes: { 'session.id': 'another' } }),
    point(name, START_MS + 4800, 97, { attributes: { 'session.id': 'another' } }),
  ]
})

/** Decisions that add up to nothing, and ones with a rest when they are shared. */
const delta = (name: string, value: number | null, attributes: Attributes) =>
  point(name, START_MS, value, { temporality: 1, attributes })
const decided = 'code_edit_tool.decision'
const decisions = [
  delta(decided, null, { tool_name: 'Ghost', decision: 'accept' }),
  ...['B', 'A', 'C'].flatMap((tool_name) => [
    delta(decided, 3, { tool_name, decision: 'accept', language: 'b' }),
    delta(decided, 3, { tool_name, decision: 'accept', language: 'a' }),
    delta(decided, 3, { tool_name, decision: 'accept' }),
  ]),
  delta(decided, 3, { decision: 'accept', language: 'a' }),
  delta(decided, 3, { decision: 'reject' }),
  delta(decided, 4, { decision: 'reject', tool_name: 'D' }),
  delta(decided, 3.5, { decision: 'accept', tool_name: 'E' }),
  delta(decided, 2, { decision: 'accept', tool_name: 'F' }),
  delta(decided, 2, { decision: 'reject', tool_name: 'F' }),
  // Of a session each: who it was does not tell points apart.
  ...['q', 'p', undefined, 'r'].map((user, at) => {
    const own: Attributes = { type: 'user', 'session.id': `active ${at}` }
    return delta('active_time.total', 60, user === undefined ? own : { ...own, 'user.id': user })
  }),
  delta('active_time.total', 0.0000006, { 'user.id': 'brief' }),
  point('code_edit_tool.decision', START_MS, 0, {
    temporality: 1,
    attributes: { tool_name: 'None', decision: 'accept' },
  }),
  point('code_edit_tool.decision', START_MS, 2, {
    temporality: 1,
    attributes: { tool_name: 'Edit', decision: 'accept' },
  }),
  point('code_edit_tool.decision', START_MS, 1, {
    temporality: 1,
    attributes: { tool_name: 'Edit', decision: 'reject' },
  }),
]

export function manyGround(): Ground {
  const logs = [...calls, ...sessions, ...errors, ...times, ...tied, ...ties, ...edges]
  const points = [...counted, ...decisions]
  const hidden = {
    logs: [log(START_MS, 1, 'api_request', { note: 'cat /secret/x', cost_usd: '77', 'user.id': 'hidden' })],
    points: [point('commit.count', START_MS, 77, { temporality: 1, attributes: { note: 'cat /secret/x' } })],
  }
  const late = <T extends object>(record: T) => ({ ...record, arrivedMs: ARRIVED_MS })
  const lastLine = (['logs', 'metrics'] as const).map((signal) => ({ signal, rule: 'path', arrivedMs: ARRIVED_MS }))
  return {
    name: 'many',
    sent: arriving({ logs, points, arrivedMs: ARRIVED_MS, lastLine }),
    hidden: {
      logs: hidden.logs.map(late),
      points: hidden.points.map(late),
      gauges: [late(delta('commit.count', 77, {}))],
    },
    asked: [
      asking({ session: 'tied' }),
      asking({ toMs: START_MS + 3 * DAY_MS, limit: 0.1, top: 30 }),
      asking({ session: 'one', top: 3, days: 3, toMs: START_MS + 3 * DAY_MS }),
      asking({ fromMs: START_MS, toMs: START_MS + 4000, session: 'errors' }),
    ],
  }
}
