// Small datasets on which published tools were wrong: what was sent, the naive query and what it gives, and what ours gives.
import type { AnyValue, LogRecord } from '../../core/otlp/otlp.ts'
import { attributes } from '../../generators/hand-made.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** One case. Everything in it is of the chapter that is named as it. */
export interface KnownWrong {
  readonly name: string
  /** What was published, in one sentence. */
  readonly what: string
  /** Where it was reported: project and number of the issue. */
  readonly seenIn: string
  readonly events: (base: Base) => readonly Event[]
  readonly points?: readonly Point[]
  /** A query without care, which takes `chapter`; its one value is `wrong`. */
  readonly naive: string
  readonly wrong: number
  /** One of the catalogue, and the column whose sum over all rows is `right`. */
  readonly query: string
  readonly column: string
  readonly right: number
  /** Only of rows whose key is this. */
  readonly key?: (base: Base) => string
  readonly tz?: string
}

/** The beginning of a day of UTC before the run. */
export interface Base {
  readonly dayMs: number
}

export interface Event {
  readonly type: string
  readonly atMs: number
  readonly session: string
  readonly sequence: number
  readonly more?: Readonly<Record<string, AnyValue | string>>
}

export interface Point {
  readonly metric: string
  readonly session: string
  readonly value: number
  readonly cumulative?: true
  readonly attributes?: Readonly<Record<string, string>>
}

const int = (value: number): AnyValue => ({ intValue: String(value) })
const usd = (value: number): AnyValue => ({ doubleValue: value })

/** Answered requests, a minute apart. */
const requests = (base: Base, count: number, more: Event['more'] = {}, session = 'a'): Event[] =>
  Array.from({ length: count }, (_, sequence) => ({
    type: 'api_request',
    atMs: base.dayMs + HOUR_MS + sequence * 60_000,
    session,
    sequence,
    more: { model: 'claude-opus-4-8', cost_usd: usd(1), input_tokens: int(10), output_tokens: int(5), ...more },
  }))

const EVENTS = 'FROM telemetry.telemetry_events WHERE chapter_id = {chapter:String}'
const POINTS = 'FROM telemetry.telemetry_metrics WHERE chapter_id = {chapter:String}'

export const knownWrong: readonly KnownWrong[] = [
  {
    name: 'events and metrics added up',
    what: 'Events and metrics tell the same cost; a sum over both is twice what was spent.',
    seenIn: 'anthropics/claude-code #15417',
    events: (base) => requests(base, 3),
    points: [{ metric: 'cost.usage', session: 'a', value: 3 }],
    naive: `SELECT (SELECT sum(cost_usd) ${EVENTS}) + (SELECT sum(value) ${POINTS} AND metric_name = 'cost.usage') AS value`,
    wrong: 6,
    query: 'overview',
    column: 'cost_usd',
    right: 3,
  },
  {
    name: 'cached tokens counted twice',
    what: 'Cached tokens are not part of the input tokens, and the total has them already.',
    seenIn: 'kalil0321/the-browser-arena #20',
    events: (base) => requests(base, 2, { cache_read_tokens: int(1000), cache_creation_tokens: int(100) }),
    naive: `SELECT sum(tokens) + sum(cache_read_tokens) AS value ${EVENTS}`,
    wrong: 4230,
    query: 'completeness',
    column: 'tokens',
    right: 2230,
  },
  {
    name: 'cumulative counters read as deltas',
    what: 'A cumulative counter tells its total again and again; the sum of what it tells is no total.',
    seenIn: 'ccusage/ccusage #1288',
    events: () => [],
    points: [1, 3, 3, 6].map((value) => ({ metric: 'commit.count', session: 'a', value, cumulative: true as const })),
    naive: `SELECT sum(value) AS value ${POINTS} AND metric_name = 'commit.count'`,
    wrong: 13,
    query: 'overview',
    column: 'commits',
    right: 6,
  },
  {
    name: 'several processes under one session',
    what: 'Each process counts its events from 0; session and number alone make one event of two.',
    seenIn: 'anthropics/claude-code #56317',
    events: (base) => [...requests(base, 3), ...requests({ dayMs: base.dayMs + HOUR_MS }, 3)],
    naive: `SELECT uniqExact(session_id, sequence) AS value ${EVENTS}`,
    wrong: 3,
    query: 'overview',
    column: 'requests',
    right: 6,
  },
  {
    name: 'the suffix of a model lost',
    what: 'A model with a long context has other prices; without its suffix two models become one.',
    seenIn: 'public captures of the client',
    events: (base) => [
      ...requests(base, 2),
      ...requests(base, 1, { model: 'claude-opus-4-8[1m]', cost_usd: usd(10) }, 'b'),
    ],
    naive: `SELECT sum(cost_usd) AS value ${EVENTS} AND replaceRegexpOne(model, '\\\\[.*\\\\]$', '') = 'claude-opus-4-8'`,
    wrong: 12,
    query: 'cost-by-model',
    column: 'cost_usd',
    right: 2,
    key: () => 'claude-opus-4-8',
  },
  {
    name: 'retries counted as requests',
    what: 'A failed attempt is no request, and costs nothing.',
    seenIn: 'the client’s documentation of api_error',
    events: (base) => [
      ...requests(base, 2),
      ...[1, 2, 3].map((attempt) => ({
        type: 'api_error',
        atMs: base.dayMs + attempt,
        session: 'a',
        sequence: 10 + attempt,
        more: { model: 'claude-opus-4-8', error: 'Overloaded', status_code: int(529), attempt: int(attempt) },
      })),
    ],
    naive: `SELECT count() AS value ${EVENTS} AND event_type IN ('api_request', 'api_error')`,
    wrong: 5,
    query: 'overview',
    column: 'requests',
    right: 2,
  },
  {
    name: 'sub-agents counted with their parent',
    what: 'The requests of a sub-agent are requests like others; what it tells at its end is their sum once more.',
    seenIn: 'steipete/CodexBar #646',
    events: (base) => [
      ...requests(base, 2),
      ...requests(base, 2, { query_source: 'subagent' }).map((event) => ({ ...event, sequence: event.sequence + 2 })),
      {
        type: 'subagent_completed',
        atMs: base.dayMs + 2 * HOUR_MS,
        session: 'a',
        sequence: 4,
        more: { agent_type: 'Explore', total_tokens: int(30) },
      },
    ],
    naive: `SELECT sum(tokens) + sum(toInt64OrZero(attributes['total_tokens'])) AS value ${EVENTS}`,
    wrong: 90,
    query: 'completeness',
    column: 'tokens',
    right: 60,
  },
  {
    name: 'resumed sessions counted twice',
    what: 'A session that is resumed starts again under the same id; its starts are more than the sessions.',
    seenIn: 'ccusage/ccusage #1762',
    events: (base) => requests(base, 2),
    points: ['fresh', 'resume'].map((start) => ({
      metric: 'session.count',
      session: 'a',
      value: 1,
      attributes: { start_type: start },
    })),
    naive: `SELECT sum(value) AS value ${POINTS} AND metric_name = 'session.count'`,
    wrong: 2,
    query: 'overview',
    column: 'sessions',
    right: 1,
  },
  {
    name: 'days of UTC for days of people',
    what: 'What somebody in India does before half past five in the morning is of the day before in UTC.',
    seenIn: 'ccusage/ccusage #349',
    events: (base) => [...requests(base, 1), ...requests({ dayMs: base.dayMs + 18 * HOUR_MS }, 2, {}, 'night')],
    naive: `SELECT sum(cost_usd) AS value ${EVENTS} AND toDate(timestamp) = (SELECT min(toDate(timestamp)) ${EVENTS})`,
    wrong: 3,
    query: 'cost-by-day',
    column: 'cost_usd',
    right: 1,
    key: (base) => new Date(base.dayMs).toISOString().slice(0, 10),
    tz: 'Asia/Kolkata',
  },
  {
    name: 'a percentage of percentages',
    what: 'The mean of what each session takes from the cache is not what was taken from the cache.',
    seenIn: 'no report: a usual mistake',
    events: (base) => [
      ...requests(base, 1, { input_tokens: int(0), cache_read_tokens: int(900), cache_creation_tokens: int(100) }),
      ...requests(base, 1, { input_tokens: int(10), cache_read_tokens: int(0) }, 'b'),
    ],
    naive: `SELECT round(avg(share), 1) AS value FROM (SELECT 100 * sum(ifNull(cache_read_tokens, 0)) / sum(input_tokens + ifNull(cache_read_tokens, 0) + ifNull(cache_creation_tokens, 0)) AS share ${EVENTS} GROUP BY session_id)`,
    wrong: 45,
    query: 'cache-use',
    column: 'read_percent',
    right: 89.1,
  },
]

/** The chapter of a case. */
export function chapterOf({ name }: KnownWrong): string {
  return `known wrong: ${name}`
}

export function recordOf(one: KnownWrong, event: Event, session: string): LogRecord {
  const timeUnixNano = `${event.atMs}000000`
  return {
    timeUnixNano,
    observedTimeUnixNano: timeUnixNano,
    body: { stringValue: `claude_code.${event.type}` },
    attributes: attributes({
      'session.id': session,
      'event.name': event.type,
      'event.sequence': int(event.sequence),
      'chapter.number': chapterOf(one),
      ...event.more,
    }),
  }
}

/** The window of all cases. */
export function windowOfCases({ dayMs }: Base): { fromMs: number; toMs: number } {
  return { fromMs: dayMs, toMs: dayMs + DAY_MS }
}
