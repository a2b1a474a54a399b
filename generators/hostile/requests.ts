// Requests as an unkind stranger sends them: valid, odd, and hostile, each a function of a seed and its number. Of each is known what must be
// stored if it is acknowledged.
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import type { Faker } from '@faker-js/faker'
import { encodeRequest } from '../../core/otlp/codec.ts'
import type { OtlpRequest } from '../../core/otlp/otlp.ts'
import { stream } from '../streams.ts'
import { type Damage, damages, deepJson, deepProtobuf } from './damage.ts'
import type { HostileRequest } from './hostile-request.ts'

/** One in so many is large, and one in so many very deep. */
const LARGE_EVERY = 97
const DEEP_EVERY = 61
/** One in so many repeats a long text in the row of every one of many short records. */
const SHARED_EVERY = 53
const SHARED_BYTES = [300, 3_000, 30_000, 100_000] as const
/** Of its rows together: the masks of the database take a second for a dozen of them. */
const SHARED_ROWS_BYTES = 3_000_000
const LARGEST_BYTES = 3_800_000
const START_NS = 1_790_000_000_000_000_000n

/** The request of that number. Three in seven are damaged. */
export function hostileRequest(seed: number, number: number): HostileRequest {
  const random = stream(seed, `hostile ${number}`)
  const session = `hostile-${seed}-${number}`
  const way = random.number.int(9) < 3 ? 'grpc' : 'http'
  const to = random.datatype.boolean() ? 'relay' : 'collector'
  const json = way === 'http' && random.datatype.boolean()
  const made = { ...contentOf(random, session, number, json), session, way, to } as const
  const type = json ? 'application/json' : 'application/x-protobuf'
  const plain: HostileRequest = {
    ...made,
    valid: true,
    method: 'POST',
    path: '/v1/logs',
    headers: { 'content-type': type },
  }
  const damage = random.number.int(6) < 3 ? random.helpers.arrayElement(damages) : undefined
  return damage === undefined || (way === 'grpc' && damage.onlyHttp)
    ? packed(plain, random)
    : damaged(plain, damage, random)
}

function contentOf(random: Faker, session: string, number: number, json: boolean) {
  if (number % DEEP_EVERY === 0) {
    const levels = random.number.int({ min: 2, max: 60 })
    const own = ownAttributes(session, 0)
    return { what: `values ${levels} deep`, records: 1, body: json ? deepJson(own, levels) : deepProtobuf(own, levels) }
  }
  if (number % SHARED_EVERY === 0) return shared(random, session, number, json)
  const records = random.number.int({ min: 0, max: 4 })
  const large = number % LARGE_EVERY === 0 ? random.number.int({ min: 100_000, max: LARGEST_BYTES }) : 0
  const logRecords = Array.from({ length: records }, (_, n) => ({
    ...timeOf(random, number, n),
    ...(random.datatype.boolean() ? { body: { stringValue: 'claude_code.user_prompt' } } : {}),
    ...(random.number.int(4) === 0 ? { eventName: 'claude_code.user_prompt' } : {}),
    attributes: [
      ...ownAttributes(session, n),
      ...Array.from({ length: random.number.int(5) }, () => ({ key: keyOf(random), value: anyValueOf(random) })),
      ...(large > 0 && n === 0 ? [{ key: 'text', value: { stringValue: textOf(random, large) } }] : []),
    ],
  }))
  const request = { resourceLogs: [{ resource: { attributes: [] }, scopeLogs: [{ logRecords }] }] } as OtlpRequest
  const body = json ? Buffer.from(JSON.stringify(request)) : encodeRequest(request)
  return { what: `${records} records${large > 0 ? `, one of ${large} bytes` : ''}`, records, body }
}

function shared(random: Faker, session: string, number: number, json: boolean) {
  const bytes = random.helpers.arrayElement(SHARED_BYTES)
  const records = random.number.int({ min: 10, max: Math.min(1_000, SHARED_ROWS_BYTES / bytes) })
  const text = textOf(random, bytes)
  const logRecords = Array.from({ length: records }, (_, n) => ({
    ...timeOf(random, number, n),
    attributes: ownAttributes(session, n),
  }))
  const [ofResource, ofScope] = random.datatype.boolean() ? [text, ''] : ['', text]
  const request = {
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'shared', value: { stringValue: ofResource } }] },
        scopeLogs: [{ scope: { name: ofScope }, logRecords }],
      },
    ],
  } as OtlpRequest
  const body = json ? Buffer.from(JSON.stringify(request)) : encodeRequest(request)
  return { what: `${records} records that share ${bytes} bytes`, records, body }
}

function ownAttributes(session: string, n: number) {
  return [
    { key: 'session.id', value: { stringValue: session } },
    { key: 'event.sequence', value: { intValue: String(n) } },
  ]
}

/** Mostly a time; none at all, or one that no column holds. */
function timeOf(random: Faker, number: number, n: number) {
  const time = String(START_NS + BigInt(number) * 1_000_000n + BigInt(n))
  return random.helpers.weightedArrayElement([
    { weight: 8, value: { timeUnixNano: time } },
    { weight: 1, value: { timeUnixNano: '0', observedTimeUnixNano: time } },
    { weight: 1, value: {} },
    { weight: 1, value: { timeUnixNano: '18446744073709551615' } },
  ])
}

function keyOf(random: Faker): string {
  return random.helpers.weightedArrayElement([
    {
      weight: 4,
      value: random.helpers.arrayElement([
        'model',
        'cost_usd',
        'duration_ms',
        'prompt',
        'tool_name',
        'error',
        'success',
        'user.email',
      ]),
    },
    { weight: 1, value: random.string.sample({ min: 0, max: 6 }) },
    { weight: 1, value: 'telemetry.arrival_unix_nano' },
    { weight: 1, value: 'telemetry.sampling_percentage' },
  ])
}

function anyValueOf(random: Faker): object {
  return random.helpers.arrayElement([
    () => ({ stringValue: random.string.sample({ min: 0, max: 30 }) }),
    () => ({ stringValue: random.internet.email() }),
    () => ({ stringValue: '\u{1F600}'.slice(0, random.number.int({ min: 1, max: 2 })) }),
    () => ({ intValue: String(random.number.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })) }),
    () => ({ doubleValue: random.number.float({ min: -1e9, max: 1e9 }) }),
    () => ({ boolValue: random.datatype.boolean() }),
    () => ({}),
    () => ({ arrayValue: { values: [{ stringValue: 'a' }, {}, { arrayValue: {} }] } }),
    () => ({ kvlistValue: { values: [{ key: '', value: { stringValue: 'b' } }] } }),
    () => ({ bytesValue: Buffer.from(random.string.sample(4)).toString('base64') }),
  ])()
}

function textOf(random: Faker, bytes: number): string {
  const unit = random.helpers.arrayElement([
    'The quick brown fox. ',
    'token=x ',
    'a@b.cc ',
    'é',
    '"\\',
    '+15551234567 ',
  ])
  return unit.repeat(Math.floor(bytes / Buffer.byteLength(JSON.stringify(unit).slice(1, -1))))
}

const packings: readonly (readonly [encoding: string, pack: (bytes: Buffer) => Buffer])[] = [
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
  ['deflate', deflateSync],
]

/** Sometimes packed, as a client may. */
function packed(request: HostileRequest, random: Faker): HostileRequest {
  if (request.way === 'grpc' || random.number.int(3) > 0) return request
  const [encoding, pack] = random.helpers.arrayElement(packings)
  return {
    ...request,
    what: `${request.what}, ${encoding}`,
    headers: { ...request.headers, 'content-encoding': encoding },
    body: pack(request.body),
  }
}

function damaged(request: HostileRequest, damage: Damage, random: Faker): HostileRequest {
  return { ...request, valid: false, what: `${request.what}; ${damage.what}`, ...damage.of(request, random) }
}
