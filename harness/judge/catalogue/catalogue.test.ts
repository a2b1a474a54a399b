// The oracle of the query catalogue on examples that were worked out by hand.
import { expect, test } from 'vitest'
import { catalogue } from './catalogue.ts'
import { localDay, localMonth } from './local-time.ts'
import type { Row } from './rows.ts'
import type { Asked, Attributes, SentLog, SentPoint } from './sent.ts'
import { wholeNumber } from './values.ts'

const at = (text: string) => BigInt(Date.parse(text)) * 1_000_000n
const MARCH: Asked = {
  fromMs: Date.parse('2025-03-01T00:00:00Z'),
  toMs: Date.parse('2025-04-01T00:00:00Z'),
  tz: 'Europe/Berlin',
  user: '',
  chapter: '',
  branch: '',
  top: 20,
  days: 0,
  limit: 4,
  session: 's1',
}
let sequence = 0

function log(time: string, type: string, attributes: Attributes = {}, resource: Attributes = {}): SentLog {
  sequence += 1
  const own = { 'session.id': 's1', 'event.sequence': String(sequence), 'event.name': type, ...attributes }
  return { timeNs: at(time), body: type, eventName: '', resource, scope: '', attributes: own }
}

function point(time: string, name: string, value: number | null, more: Partial<SentPoint> = {}): SentPoint {
  const attributes = { 'session.id': 's1', ...more.attributes }
  const common = { unit: '', startNs: 0n, temporality: 1 as const, resource: {}, scope: '' }
  return { ...common, timeNs: at(time), name: `claude_code.${name}`, value, ...more, attributes }
}

function answer(
  query: string,
  sent: { readonly logs?: readonly SentLog[]; readonly points?: readonly SentPoint[] },
  asked: Partial<Asked> = {},
): Row[] {
  const delivered = { logs: [], points: [], arrivedMs: Date.parse('2025-06-01T00:00:00Z'), ...sent }
  return catalogue[query]?.(delivered, { ...MARCH, ...asked }) ?? []
}

test('days and months are those of the clocks there', () => {
  const day = (time: string, tz: string) => localDay(Date.parse(time), tz)
  expect(day('2025-03-29T22:59:59.999Z', 'Europe/Berlin')).toBe('2025-03-29')
  expect(day('2025-03-29T23:00:00Z', 'Europe/Berlin')).toBe('2025-03-30')
  expect(day('2025-03-30T21:59:59.999Z', 'Europe/Berlin')).toBe('2025-03-30')
  expect(day('2025-03-30T22:00:00Z', 'Europe/Berlin')).toBe('2025-03-31')
  expect(day('2025-03-30T18:29:59Z', 'Asia/Kolkata')).toBe('2025-03-30')
  expect(day('1969-12-31T23:00:00Z', 'UTC')).toBe('1969-12-31')
  const { firstDay, startMs, endMs } = localMonth(Date.parse('2025-03-31T21:59:59Z'), 'Europe/Berlin')
  expect([firstDay, new Date(startMs).toISOString(), new Date(endMs).toISOString()]).toEqual([
    '2025-03-01',
    '2025-02-28T23:00:00.000Z',
    '2025-03-31T22:00:00.000Z',
  ])
  expect(localMonth(Date.parse('2024-12-31T12:00:00Z'), 'Pacific/Apia').firstDay).toBe('2025-01-01')
})

test('numbers are read out of texts', () => {
  const texts = ['7', '0.5', '1.5', '2.5', '-0.5', '1e3', '', 'NaN', '9223372036854775807', '9223372036854775808']
  expect(wholeNumber(' 7 ')).toBe(7n)
  expect(texts.map(wholeNumber)).toEqual([7n, 0n, 2n, 2n, 0n, 1000n, null, null, 2n ** 63n - 1n, null])
})

test('each request counts once, in the window, dearest first, what is missing last', () => {
  const one = log('2025-03-01T00:00:00Z', 'api_request', { model: 'b', cost_usd: '0.25', input_tokens: '10' })
  const logs = [
    one,
    one,
    { ...one, attributes: { ...one.attributes, 'user.id': 'other' } },
    log('2025-03-31T23:59:59.999Z', 'api_request', { model: 'a', cost_usd: '0.25', output_tokens: 'x' }),
    log('2025-03-10T00:00:00Z', 'api_request', { 'session.id': 's2' }, { 'session.id': 's3' }),
    log('2025-03-10T00:00:00Z', 'api_error', { model: 'a', cost_usd: '9' }),
    log('2025-04-01T00:00:00Z', 'api_request', { model: 'a', cost_usd: '9' }),
    log('2025-02-28T23:59:59.999Z', 'api_request', { model: 'a', cost_usd: '9' }),
  ]
  const brief = answer('cost-by-model', { logs }).map(({ model, requests, unpriced, input_tokens: input }) => [
    model,
    requests,
    unpriced,
    input,
  ])
  expect(brief).toEqual([
    ['a', 1n, 0n, 0n],
    ['b', 1n, 0n, 10n],
    [null, 1n, 1n, 0n],
  ])
  expect(answer('cost-by-day', { logs }).map(({ day }) => day)).toEqual(['2025-03-01', '2025-03-10', '2025-04-01'])
  expect(answer('overview', { logs })[0]).toMatchObject({
    requests: 3n,
    unpriced: 1n,
    sessions: 2,
    users: 0,
    errors: 1n,
  })
})

test('a counter adds what it grew by, and begins again where it is smaller or has another start', () => {
  const cumulative = (time: string, value: number | null, startNs = 0n) =>
    point(time, 'commit.count', value, { temporality: 2, startNs })
  const points = [
    cumulative('2025-03-05T00:00:00Z', 8),
    cumulative('2025-02-05T00:00:00Z', 5),
    cumulative('2025-03-06T00:00:00Z', null),
    cumulative('2025-03-07T00:00:00Z', 2),
    cumulative('2025-03-08T00:00:00Z', 2),
    cumulative('2025-03-09T00:00:00Z', 10, 1n),
    point('2025-03-09T00:00:00Z', 'commit.count', 100, { resource: { 'git.branch': 'x' } }),
  ]
  // 8 − 5, 2 anew, 2 − 2, 10 of another start.
  expect(answer('commits', { points }).map((row) => [row.git_branch, row.commits, row.usd_per_commit])).toEqual([
    ['x', 100, { usd: 0, tolerance: 5.1e-7 }],
    [null, 15, { usd: 0, tolerance: 5.1e-7 }],
  ])
})

test('a sampled event counts for those that were left out, but not among sessions; another program’s counts for nothing', () => {
  const time = '2025-03-05T00:00:00Z'
  const request = () => log(time, 'api_request', { cost_usd: '0.5', input_tokens: '3' })
  const logs = [
    request(),
    { ...request(), samplingPercentage: 25 },
    { ...request(), scope: 'another.program' },
    { ...request(), resource: { 'service.name': 'another' } },
    { ...request(), scope: 'com.anthropic.claude_code.events', resource: { 'service.name': 'claude-code' } },
  ]
  const points = [point(time, 'commit.count', 1), point(time, 'commit.count', 2, { scope: 'another.program' })]
  expect(answer('overview', { logs, points })[0]).toMatchObject({
    requests: 6n,
    sessions: 1,
    input_tokens: 18n,
    commits: 1,
  })
  expect(answer('dearest-sessions', { logs })[0]).toMatchObject({ requests: 3, cost_usd: { usd: 1.5 } })
})

test('percentiles are values that occurred, of those that were sent', () => {
  const durations = ['5', '1', '3', '2', 'x', '4']
  const logs = durations.map((duration_ms, second) =>
    log(`2025-03-05T00:00:0${second}Z`, 'tool_result', {
      duration_ms,
      success: second === 0 ? 'false' : second === 1 ? '' : 'True',
      tool_result_size_bytes: '7',
    }),
  )
  expect(answer('tools', { logs })).toEqual([
    {
      tool_name: null,
      calls: 6n,
      failures: 1n,
      success_percent: 80,
      p50_ms: 3n,
      p95_ms: 5n,
      max_ms: 5n,
      result_bytes: 42n,
    },
  ])
})

test('events and counters are read against each other', () => {
  const reading = (cost: string, tokens: string, metricCost: number, metricTokens: number) =>
    answer('completeness', {
      logs: [log('2025-03-05T00:00:00Z', 'api_request', { cost_usd: cost, input_tokens: tokens })],
      points: [
        point('2025-03-05T00:01:00Z', 'cost.usage', metricCost),
        point('2025-03-05T00:01:00Z', 'token.usage', metricTokens),
      ],
    })[0]?.reading
  expect(reading('1.01', '100', 1, 99)).toBe('agree')
  expect(reading('1.010102', '100', 1, 100)).toBe('metrics are less')
  expect(reading('0.02', '0', 0.01, 0)).toBe('agree')
  expect(reading('0.01', '0', 0, 0)).toBe('agree')
  expect(reading('0.02', '0', 0, 0)).toBe('no metrics')
  expect(reading('0', '0', 0, 1)).toBe('no events')
  expect(reading('1', '100', 2, 98)).toBe('metrics are less')
  expect(reading('1', '100', 1, 102)).toBe('events are less')
})

test('the budget is of the month there, forecast by the time since it began', () => {
  const logs = [
    log('2025-02-28T22:59:59.999Z', 'api_request', { cost_usd: '9' }),
    log('2025-02-28T23:00:00Z', 'api_request', { cost_usd: '1' }),
  ]
  // March has an hour less in Berlin: 743.
  expect(answer('budget', { logs }, { toMs: Date.parse('2025-03-01T09:00:00Z') })).toMatchObject([
    { month: '2025-03-01', forecast_usd: { usd: 74.3 }, used_percent: { percent: 25 } },
  ])
  expect(answer('budget', { logs }, { toMs: Date.parse('2025-02-28T23:00:00Z') })).toMatchObject([
    { forecast_usd: null },
  ])
})

test('who is silent, and what has an impossible time', () => {
  const logs = [
    log('2025-03-24T23:59:59.999Z', 'user_prompt', { 'user.id': 'a' }, { 'user.id': 'b' }),
    log('2025-03-25T00:00:00.001Z', 'user_prompt', { 'user.id': 'a' }),
    log('2019-12-31T23:59:59.999Z', 'old'),
    log('2025-06-02T00:00:00Z', 'new'),
    log('2025-06-02T00:00:00.001Z', 'new'),
  ]
  const silent = (days: number) => answer('silence', { logs }, { days }).map((row) => [row.user_id, row.silent_days])
  expect(silent(6)).toEqual([
    ['b', 7n],
    ['a', 6n],
  ])
  expect(silent(7)).toEqual([['b', 7n]])
  expect(
    answer('impossible-times', { logs }).map((row) => [row.event_type, row.before_2020, row.in_the_future]),
  ).toEqual([
    ['new', 0, 1],
    ['old', 1, 0],
  ])
})

test('of two points of one time the smaller comes first, and what is counted is rounded to a millionth', () => {
  const value = (text: string, more: number) => point(text, 'commit.count', more, { temporality: 2 })
  const [first, then] = ['2025-03-05T00:00:00Z', '2025-03-06T00:00:00Z']
  const points = [value(then, 9), value(first, 7), value(first, 3.0000004), value(then, 8)]
  // 3.0000004, + 3.9999996, + 1, + 1.
  expect(answer('overview', { points })[0]).toMatchObject({ commits: 9 })
  expect(answer('overview', { points: [value(first, 3.0000006)] })[0]).toMatchObject({ commits: 3.000001 })
})

test('the last line is counted by whole days that the window touches', () => {
  const at9 = (day: number) => Date.parse(`2025-03-0${day}T09:00:00Z`)
  const lastLine = [1, 2, 2, 3, 4].map((day) => ({ signal: 'logs' as const, rule: 'path', arrivedMs: at9(day) }))
  const sent = { logs: [], points: [], arrivedMs: 0, lastLine }
  const asked = { ...MARCH, fromMs: at9(2) + 1, toMs: Date.parse('2025-03-04T00:00:00Z') }
  expect(catalogue['last-line']?.(sent, asked)).toEqual([{ signal: 'logs', rule: 'path', records: 3 }])
  expect(answer('last-line', {})).toEqual([])
})

test('names tell events of one sequence apart, unless one of them may hold something private', () => {
  const one = log('2025-03-05T00:00:00Z', 'api_request', { effort: 'low' })
  const other = { ...one, attributes: { ...one.attributes, effort: 'high' } }
  const requests = (more: Attributes) =>
    answer('overview', {
      logs: [one, other].map((each) => ({ ...each, attributes: { ...each.attributes, ...more } })),
    })[0]?.requests
  expect([
    requests({}),
    requests({ note: 'two words' }),
    requests({ model: 'two words' }),
    requests({ model: 'x-token' }),
  ]).toEqual([2n, 2n, 1n, 1n])
})
