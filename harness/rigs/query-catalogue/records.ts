// Random events for the query catalogue, as clients might send them, some more than once.
import fc from 'fast-check'
import type { Attributes, SentLog } from '../../judge/catalogue/sent.ts'
import { timeNs } from './times.ts'

export const SESSIONS = ['s1', 's2', 's3', 's10']
const MORE_SESSIONS = Array.from({ length: 12 }, (_, at) => `t${at}`)
export const USERS = ['u1', 'u12', 'v2', 'Zoe']
export const CHAPTERS = ['1', '2', '02']
export const BRANCHES = ['main', 'fix/one', 'Main']

const TYPES = [
  'api_request',
  'api_error',
  'tool_result',
  'api_retries_exhausted',
  'api_refusal',
  'user_prompt',
  'other',
]
export const MODELS = ['claude-x', 'claude-x[1m]', 'claude-a', '']
export const TOOLS = ['Bash', 'Edit', 'mcp_tool', '']

/** Maybe there; what is missing has no key. */
export const some = <T>(arbitrary: fc.Arbitrary<T>, weight = 3) =>
  fc.oneof({ weight, arbitrary }, { weight: 1, arbitrary: fc.constant(undefined) })

const odd = fc.constantFrom('', 'abc', 'NaN', 'Infinity', '1e400')
/** One more than 64 bits hold. */
const tooMuch = fc.constant('9223372036854775808')
const numberText = (most: number) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.nat(most).map(String) },
    { weight: 1, arbitrary: fc.constantFrom('0.5', '1.5', '2.5', '3.49', '1e3', '12.0') },
    { weight: 1, arbitrary: fc.oneof(odd, tooMuch) },
  )
const tokens = fc.oneof(
  { weight: 12, arbitrary: numberText(100_000) },
  { weight: 1, arbitrary: fc.constant('1073741825') },
)
/** At most nine decimals, of which the last three never add up to half a millionth: how it is rounded is never in doubt. */
const micros = fc.oneof(fc.nat(30_000), fc.constantFrom(0, 10_000, 20_000, 1_000_000), fc.nat(50_000_000))
const costText = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .tuple(micros, fc.constantFrom(0, 0, 0, 1, 2))
      .map(([micro, nano]) => String((micro * 1000 + nano) / 1e9)),
  },
  { weight: 2, arbitrary: fc.constantFrom('0', '1', '0.0', '3', '2.50', '1e-3') },
  { weight: 1, arbitrary: odd },
)

export const present = (map: Readonly<Record<string, string | undefined>>): Attributes =>
  Object.fromEntries(Object.entries(map).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))

const session = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...SESSIONS) },
  { weight: 2, arbitrary: fc.constantFrom(...MORE_SESSIONS) },
)

/** What may be on the record, on its resource, or on both, where they may disagree. */
const context = (weight: number): fc.Arbitrary<Readonly<Record<string, string | undefined>>> =>
  fc.record({
    'session.id': some(session, weight),
    'user.id': some(fc.constantFrom(...USERS), weight),
    'chapter.number': some(fc.constantFrom(...CHAPTERS), weight),
    'feature.id': some(fc.constantFrom('f1', 'f2', ''), weight),
    'git.branch': some(fc.constantFrom(...BRANCHES), weight),
  })
/** Whose it is: the client's by its scope or by its service, nobody's, or another program's, whatever its name is like. */
export const senders: fc.Arbitrary<Sender> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ scope: '', service: undefined }) },
  { weight: 3, arbitrary: fc.constant({ scope: 'com.anthropic.claude_code.events', service: 'claude-code' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      scope: fc.constantFrom('', 'com.anthropic.claude_code', 'com.anthropic', 'my.app', 'COM.ANTHROPIC.CLAUDE_CODE'),
      service: fc.constantFrom(undefined, '', 'claude-code', 'claude-code-proxy', 'my-app'),
    }),
  },
)

interface Sender {
  readonly scope: string
  readonly service: string | undefined
}

/** Of weights that are whole numbers: what they scale adds up without loss. */
const samplingPercentage = fc.oneof(
  { weight: 3, arbitrary: fc.constant([undefined]) },
  { weight: 1, arbitrary: fc.constant([undefined, 50, 25, 20, 12.5, 10]) },
)

export const places = fc.record({
  own: fc.oneof({ weight: 3, arbitrary: context(3) }, { weight: 1, arbitrary: fc.constant({}) }),
  resource: fc
    .oneof({ weight: 1, arbitrary: context(2) }, { weight: 1, arbitrary: fc.constant({}) })
    .map((map) => present(map)),
})

const content = fc.record({
  model: some(fc.constantFrom(...MODELS), 8),
  request_id: some(fc.constantFrom('req_1', 'req_2', 'req_3')),
  input_tokens: some(tokens),
  output_tokens: some(tokens),
  cache_read_tokens: some(tokens),
  cache_creation_tokens: some(tokens),
  cost_usd: some(costText, 5),
  duration_ms: some(numberText(5000)),
  attempt: some(numberText(11)),
  status_code: some(
    fc.constantFrom(
      '400',
      '401',
      '403',
      '404',
      '408',
      '413',
      '418',
      '429',
      '500',
      '529',
      '599',
      '200',
      '600',
      'abc',
      '',
    ),
    1,
  ),
  error: some(
    fc.constantFrom(
      'Request timed out',
      'ABORTED',
      'Overloaded',
      'rate_limit',
      'fetch failed',
      'what',
      '',
      'ECONNRESET',
    ),
  ),
  error_type: fc.option(fc.constantFrom('own_type', ''), { freq: 10, nil: undefined }),
  tool_name: some(fc.constantFrom(...TOOLS)),
  success: some(fc.constantFrom('true', 'true', 'false', 'false', 'True', 'FALSE', '1', ''), 6),
  tool_result_size_bytes: some(numberText(100_000)),
})

/** Where the name stands: the attribute, the OTLP EventName, the body. */
const naming = fc.constantFrom('attribute', 'prefixed', 'eventName', 'body')

const log: fc.Arbitrary<SentLog & { readonly sequenced: boolean }> = fc
  .record({
    timeNs,
    type: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...TYPES) },
      { weight: 3, arbitrary: fc.constant('api_request') },
      { weight: 2, arbitrary: fc.constant('tool_result') },
    ),
    naming,
    places,
    sender: senders,
    content,
    sequenced: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  })
  .map(({ timeNs: time, type, naming: where, places: { own, resource }, sender, content: rest, sequenced }) => {
    const name = where === 'attribute' ? type : where === 'prefixed' ? `claude_code.${type}` : undefined
    return {
      timeNs: time,
      sequenced,
      resource: present({ ...resource, 'service.name': sender.service }),
      scope: sender.scope,
      attributes: present({ ...own, ...rest, 'event.name': name }),
      eventName: where === 'eventName' ? `claude_code.${type}` : '',
      body: where === 'eventName' ? 'text' : `claude_code.${type}`,
    }
  })

/** A delivery again: the same, what is not part of the identity changed, or what makes it another event. */
const again = fc.record({
  index: fc.nat(200),
  change: fc.constantFrom<Attributes>(
    ...Array.from({ length: 6 }, () => ({})),
    { 'user.id': 'changed' },
    { note: 'changed' },
    { model: 'claude-other' },
    { cost_usd: '0.007' },
    { input_tokens: '7' },
    { duration_ms: '7' },
    { tool_name: 'OtherTool' },
    { success: 'true' },
    { attempt: '7' },
    { status_code: '418' },
    { tool_result_size_bytes: '7' },
  ),
})

/** Mostly many, and sometimes few or none. */
function many<T>(arbitrary: fc.Arbitrary<T>, most: number): fc.Arbitrary<T[]> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.array(arbitrary, { maxLength: 3 }) },
    { weight: 8, arbitrary: fc.array(arbitrary, { minLength: most / 4, maxLength: most, size: 'max' }) },
  )
}

export const logs: fc.Arbitrary<SentLog[]> = fc
  .tuple(
    many(log, 40),
    fc.array(again, { maxLength: 8, size: 'max' }),
    samplingPercentage,
    fc.array(fc.nat(100), { minLength: 1 }),
  )
  .map(([all, copies, percentages, picks]) => {
    // A sequence of its own for each: what two processes may collide in is left to the copies.
    const first = all.map(({ sequenced, ...sent }, at) => ({
      ...sent,
      attributes: sequenced ? { ...sent.attributes, 'event.sequence': String(at) } : sent.attributes,
      ...percentageOf(percentages[(picks[at % picks.length] ?? 0) % percentages.length]),
    }))
    return withCopies(first, copies, (sent, change) => ({ ...sent, attributes: { ...sent.attributes, ...change } }))
  })

function percentageOf(percentage: number | undefined): Pick<SentLog, 'samplingPercentage'> {
  return percentage === undefined ? {} : { samplingPercentage: percentage }
}

export function withCopies<T>(
  first: readonly T[],
  copies: readonly { readonly index: number; readonly change: Attributes }[],
  changed: (record: T, change: Attributes) => T,
): T[] {
  return [
    ...first,
    ...copies.flatMap(({ index, change }) => {
      const original = first[index % Math.max(1, first.length)]
      return original === undefined ? [] : [changed(original, change)]
    }),
  ]
}
