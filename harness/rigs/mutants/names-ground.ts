// A ground of deliveries that differ in one thing each: of those that tell events apart, and of those that do not.
import { NAMES_AND_NUMBERS } from '../../judge/catalogue/names.ts'
import type { Attributes, SentLog } from '../../judge/catalogue/sent.ts'
import { asking, type Ground } from './ground.ts'
import { arriving } from './random-grounds.ts'

const START_NS = BigInt(Date.parse('2025-03-10T08:00:00Z')) * 1_000_000n

function log(sequence: string | undefined, attributes: Attributes, resource: Attributes = {}): SentLog {
  const own: Attributes = { 'event.name': 'api_request', 'session.id': 'one', cost_usd: '1', ...attributes }
  return {
    timeNs: START_NS,
    body: 'text',
    eventName: '',
    scope: '',
    resource,
    attributes: sequence === undefined ? own : { ...own, 'event.sequence': sequence },
  }
}

/** Each name alone makes two of one. First all of the one, then all of the other: what differs is inserted apart. */
const named = ['1', '2'].flatMap((value) => NAMES_AND_NUMBERS.map((name, at) => log(String(at), { [name]: value })))

/** Of equal sequences, in this order. A name counts for nothing where another one may hold something private. */
const pairs: readonly (readonly [one: Attributes, other: Attributes, resources?: readonly [Attributes, Attributes]])[] =
  [
    [
      { model: 'a', note: 'x' },
      { model: 'a', note: 'y' },
    ],
    [
      { model: 'a', tool_name: 'two words' },
      { model: 'b', tool_name: 'two words' },
    ],
    [
      { model: 'a', tool_name: 'my-token' },
      { model: 'b', tool_name: 'my-token' },
    ],
    [
      { model: 'claude-x[1m]', attempt: '1' },
      { model: 'claude-x[1m]', attempt: '2' },
    ],
    [
      { model: 'a', note: 'z' },
      { model: 'a', note: 'z' },
      [
        { 'user.id': 'r1', 'session.id': 'three' },
        { 'user.id': 'r2', 'session.id': 'two' },
      ],
    ],
    [{ client_request_id: 'a' }, { client_request_id: 'b' }],
    [{ 'message.uuid': 'a' }, { 'message.uuid': 'b' }],
  ]
const others = ([0, 1] as const).flatMap((which) =>
  pairs.map((pair, at) => log(String(100 + at), pair[which], pair[2]?.[which] ?? {})),
)

/** Without a sequence everything counts but who it was; the same in another order is the same. */
const wholes: readonly (readonly [Attributes, Attributes])[] = [
  [
    { note: 'x', 'user.id': 'w1' },
    { note: 'x', 'user.id': 'w2' },
  ],
  [{ note: 'y' }, { other: 'y' }],
  [
    { a: '1', b: '2' },
    { b: '2', a: '1' },
  ],
]
const resources: readonly (readonly [Attributes, Attributes])[] = [
  [{ 'user.kind': 'y' }, { 'user.kind': 'z' }],
  [{ 'user.': 'y' }, { 'user.': 'z' }],
  [{ place: 'y' }, { place: 'z' }],
  [
    { a: '1', b: '2' },
    { b: '2', a: '1' },
  ],
]
const whole = ([0, 1] as const).flatMap((which) => [
  ...wholes.map((pair, at) => ({ ...log(undefined, pair[which]), timeNs: START_NS + BigInt(at + 1) })),
  ...resources.map((pair, at) => ({ ...log(undefined, {}, pair[which]), timeNs: START_NS + BigInt(at + 11) })),
])

const values = [
  '',
  ' 7 ',
  '7',
  '2.5',
  '3.5',
  '1e3',
  'x',
  '2147483648',
  '9223372036854775807',
  '-1',
  'Infinity',
  'NaN',
  '+5',
]
const typed = values.flatMap((value, at) => [
  log(`2${at}`, {
    model: value === '' ? 'none' : value.trim(),
    // Not so many that no sum holds them.
    input_tokens: value.length > 18 ? '8' : value,
    cost_usd: value.length > 18 ? '8' : value,
    success: 'TRUE',
  }),
  log(`3${at}`, {
    'event.name': 'tool_result',
    tool_name: `tool ${at}`,
    duration_ms: value,
    success: at % 2 === 0 ? 'false' : 'yes',
  }),
])

/** More digits than a fraction keeps, so many times that it is seen; more than 32 bits hold, and not written as a whole number. */
const large = Array.from({ length: 6 }, (_, at) =>
  log(`5${at}`, { model: 'precise', 'session.id': 'precise', input_tokens: '9007199254740993' }),
)
const more = [
  log('600', { model: 'large', input_tokens: '3e9' }),
  log('601', { 'event.name': 'tool_result', tool_name: 'loud', success: 'FALSE' }),
]

const placed = [
  log('400', { 'user.id': 'own', 'chapter.number': '1' }, { 'user.id': 'set', 'chapter.number': '2' }),
  log('401', { 'user.id': '', 'git.branch': '' }, { 'git.branch': 'set' }),
  log('402', {}, { 'user.id': 'set', 'feature.id': 'set', 'git.branch': 'main' }),
]

export function namesGround(): Ground {
  return {
    name: 'names',
    sent: arriving({
      logs: [...named, ...others, ...whole, ...typed, ...large, ...more, ...placed],
      points: [],
      arrivedMs: Date.parse('2025-03-12T00:00:00Z'),
    }),
    hidden: { logs: [], points: [] },
    asked: [asking({ session: 'one' })],
    isForInserts: true,
  }
}
