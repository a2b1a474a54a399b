// A ground on which every kind of record stands at both bounds of what is asked, in every context that a filter tells from another.
import type { Attributes, SentLog, SentPoint } from '../../judge/catalogue/sent.ts'
import { asking, type Ground } from './ground.ts'
import { arriving } from './random-grounds.ts'

const at = (text: string) => Date.parse(text)
/** Two in each of two seconds, and a day later: the second one is where what is asked begins, the fourth where it ends. */
const MOMENTS = [
  '2025-03-10T09:00:00.250Z',
  '2025-03-10T09:00:00.750Z',
  '2025-03-10T10:00:00.250Z',
  '2025-03-10T10:00:00.750Z',
  '2025-03-11T12:00:00.001Z',
].map(at)
const WINDOW = { fromMs: MOMENTS[1] ?? 0, toMs: MOMENTS[3] ?? 0 }

const context = (user?: string, chapter?: string, branch?: string, feature?: string): Attributes =>
  Object.fromEntries(
    Object.entries({ 'user.id': user, 'chapter.number': chapter, 'git.branch': branch, 'feature.id': feature }).flatMap(
      ([key, value]) => (value === undefined ? [] : [[key, value]]),
    ),
  )
/** With names that begin, end and are the same as others. */
const CONTEXTS = [
  context(),
  context('u1', '1', 'main', 'f1'),
  context('sha256:ab12', 'main', '1', 'f2'),
  context('xu', '2', 'fix/one'),
  context('u', '1', undefined, 'f1'),
  context(undefined, '12', 'main'),
]
const ASKED = [
  {},
  { user: 'u' },
  { user: 'ab' },
  { user: 'sha256:ab1' },
  { chapter: '1' },
  { branch: 'main' },
  { chapter: 'main' },
  { branch: '1' },
]

const TYPES = ['api_request', 'api_error', 'tool_result', 'api_retries_exhausted', 'api_refusal', 'user_prompt']
const COUNTERS: readonly (readonly [name: string, attributes: Attributes])[] = [
  ['commit.count', {}],
  ['pull_request.count', {}],
  ['active_time.total', { type: 'user' }],
  ['active_time.total', { type: 'cli' }],
  ['active_time.total', {}],
  ['code_edit_tool.decision', { decision: 'accept', tool_name: 'Edit', language: 'Go' }],
  ['code_edit_tool.decision', { decision: 'reject', tool_name: 'Edit', language: 'Go' }],
  ['code_edit_tool.decision', { decision: 'other', tool_name: 'Edit' }],
  ['cost.usage', {}],
  ['token.usage', {}],
  ['lines_of_code.count', {}],
]

/** Numbers of which no two are the same, and no two sums by chance. */
const spread = (index: number) => (index * 7919) % 100_003

function log(index: number, type: string, timeMs: number, own: Attributes, session: string): SentLog {
  const number = spread(index + 1)
  const more: Attributes = {
    model: index % 5 === 0 ? 'claude-a' : 'claude-b',
    request_id: `req_${index % 7}`,
    input_tokens: String(number),
    output_tokens: String(number + 17),
    cache_read_tokens: String(number * 3),
    cache_creation_tokens: String(number + 1001),
    duration_ms: String(number),
    attempt: String(index % 11),
    tool_name: index % 5 < 2 ? 'Bash' : 'Edit',
    tool_result_size_bytes: String(number + 5),
    status_code: index % 2 === 0 ? '429' : '529',
  }
  return {
    timeNs: BigInt(timeMs) * 1_000_000n,
    body: type,
    eventName: '',
    scope: '',
    resource: {},
    attributes: {
      ...own,
      ...more,
      'event.name': type,
      'event.sequence': String(index),
      'session.id': session,
      // What is behind the sixth decimal decides, and is never half a millionth, however many are added (fewer than a hundred); some have no cost.
      ...(index % 7 === 3 ? {} : { cost_usd: String((number * 1000 + (index % 5 < 2 ? 601 : 201)) / 1e9) }),
      ...(index % 7 === 5 ? {} : { success: index % 5 === 0 ? 'true' : 'false' }),
    },
  }
}

function point(index: number, name: string, timeMs: number, attributes: Attributes, session: string): SentPoint {
  return {
    timeNs: BigInt(timeMs) * 1_000_000n,
    startNs: 0n,
    name: `claude_code.${name}`,
    unit: '',
    scope: '',
    resource: {},
    attributes: { ...attributes, 'session.id': session },
    temporality: 1,
    // More than six decimals: what is behind them decides, and is never half a millionth, however many are added (fewer than a hundred).
    value: (spread(index + 1) * 1000 + (index % 3 === 0 ? 601 : 201)) / 1e9,
  }
}

export function denseGround(): Ground {
  const places = MOMENTS.flatMap((timeMs, moment) =>
    CONTEXTS.map((own, which) => ({ timeMs, own, session: `s${which}${moment % 2 === 0 ? '' : 'x'}` })),
  )
  const logs = places.flatMap(({ timeMs, own, session }, place) =>
    TYPES.map((type, kind) => log(place * TYPES.length + kind, type, timeMs, own, session)),
  )
  const points = places.flatMap(({ timeMs, own, session }, place) =>
    COUNTERS.map(([name, attributes], kind) =>
      point(place * COUNTERS.length + kind, name, timeMs, { ...own, ...attributes }, session),
    ),
  )
  return {
    name: 'dense',
    sent: arriving({ logs, points, arrivedMs: at('2025-03-12T00:00:00Z') }),
    hidden: { logs: [], points: [] },
    asked: [
      ...ASKED.map((filter) => asking({ ...WINDOW, ...filter, session: 's1x' })),
      asking({ toMs: MOMENTS[3] ?? 0, tz: 'Asia/Kolkata', limit: 16_777_217, session: 's2' }),
      asking({ ...WINDOW, top: 2, days: 1, session: 's3' }),
      asking({ toMs: at('2025-03-12T09:00:00.249Z'), days: 1, top: 1, limit: 1e-46 }),
      asking({ toMs: at('2025-03-12T12:00:00.001Z'), days: 1 }),
    ],
  }
}
