// What is done to a request to make it odd or hostile, and how many records it still holds for a reader that takes it.
import { gzipSync } from 'node:zlib'
import type { Faker } from '@faker-js/faker'
import { encodeRequest } from '../../core/otlp/codec.ts'
import { countEvents, countEventsInJson } from '../../core/otlp/count.ts'
import type { OtlpRequest } from '../../core/otlp/otlp.ts'
import type { HostileRequest } from './hostile-request.ts'

export interface Damage {
  readonly what: string
  /** It has no meaning over gRPC. */
  readonly onlyHttp?: boolean
  readonly of: (request: HostileRequest, random: Faker) => Partial<HostileRequest>
}

const MANY_LEVELS = { min: 1_000, max: 30_000 }
const TOO_LARGE_BYTES = 5_000_000
const BOMB_BYTES = 40_000_000

export const damages: readonly Damage[] = [
  {
    what: 'cut off',
    of: ({ body }, random) =>
      whatIsLeft(body.subarray(0, random.number.int({ min: 0, max: Math.max(0, body.length - 1) }))),
  },
  {
    what: 'a few bytes changed',
    of: ({ body }, random) => {
      const changed = Buffer.from(body)
      // Not in the session, or nobody could tell whose records they are.
      const from = Math.min(changed.length, Math.max(0, changed.lastIndexOf('event.sequence') + 20))
      for (let n = 0; n < 3 && from < changed.length; n += 1)
        changed[random.number.int({ min: from, max: changed.length - 1 })] = random.number.int(255)
      return whatIsLeft(changed)
    },
  },
  { what: 'rubbish', of: (_request, random) => whatIsLeft(Buffer.from(random.string.sample({ min: 1, max: 200 }))) },
  { what: 'nothing', of: () => ({ body: Buffer.alloc(0), records: 0 }) },
  {
    what: 'too large',
    // For the collector; the relay takes it, and sends it on as small as it is.
    of: ({ body, headers }) => ({
      body: Buffer.concat([body, headers['content-type'] === 'application/json' ? blanks : unknownField]),
    }),
  },
  {
    what: 'values thousands deep',
    of: ({ session, headers }, random) => {
      const own = [
        { key: 'session.id', value: { stringValue: session } },
        { key: 'event.sequence', value: { intValue: '0' } },
      ]
      const levels = random.number.int(MANY_LEVELS)
      const json = headers['content-type'] === 'application/json'
      return { body: json ? deepJson(own, levels) : deepProtobuf(own, levels), records: 1 }
    },
  },
  {
    what: 'another method',
    onlyHttp: true,
    of: (_request, random) => ({ method: random.helpers.arrayElement(['GET', 'PUT', 'DELETE', 'PATCH']) }),
  },
  {
    what: 'another path',
    onlyHttp: true,
    of: (_request, random) => ({
      path: random.helpers.arrayElement(['/', '/v1/log', '/v1/traces', '/health', '/status', '/v1/logs/x']),
    }),
  },
  {
    what: 'another media type',
    onlyHttp: true,
    of: (request, random) => ({
      headers: {
        ...request.headers,
        'content-type': random.helpers.arrayElement(['text/plain', 'application/xml', 'json']),
      },
    }),
  },
  {
    what: 'said to be packed',
    onlyHttp: true,
    of: (request, random) => ({
      headers: { ...request.headers, 'content-encoding': random.helpers.arrayElement(['gzip', 'br', 'zstd', 'x']) },
    }),
  },
  {
    what: 'packed and cut off',
    onlyHttp: true,
    of: (request) => {
      const body = gzipSync(request.body)
      return { headers: { ...request.headers, 'content-encoding': 'gzip' }, body: body.subarray(0, body.length - 9) }
    },
  },
  {
    what: 'a bomb',
    onlyHttp: true,
    of: (request) => ({ headers: { ...request.headers, 'content-encoding': 'gzip' }, body: bomb, records: 0 }),
  },
]

const blanks = Buffer.alloc(TOO_LARGE_BYTES, 0x20)
/** Number 1000, which no version of OTLP has. */
const unknownField = Buffer.concat([Buffer.from([0xc2, 0x3e]), varint(TOO_LARGE_BYTES), Buffer.alloc(TOO_LARGE_BYTES)])
const bomb = gzipSync(Buffer.alloc(BOMB_BYTES, 0x20), { level: 1 })

/** A body with what a reader finds in it: JSON is whole or nothing, protobuf may end after any field. */
function whatIsLeft(body: Buffer): Pick<HostileRequest, 'body' | 'records'> {
  return { body, records: recordsIn(body) }
}

function recordsIn(body: Buffer): number {
  try {
    return body[0] === 0x7b ? countEventsInJson('logs', JSON.parse(body.toString())) : countEvents('logs', body)
  } catch {
    return 0
  }
}

interface Pair {
  readonly key: string
  readonly value: object
}

const MARK = 'deep-mark'

function withMark(own: readonly Pair[]): OtlpRequest {
  const attributes = [...own, { key: 'deep', value: { stringValue: MARK } }]
  return {
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: '1790000000000000000', attributes }] }] }],
  } as OtlpRequest
}

/** One record with arrays in arrays; written by hand, as an encoder would go down by recursion. */
export function deepJson(own: readonly Pair[], levels: number): Buffer {
  const nested = `${'{"arrayValue":{"values":['.repeat(levels)}{"stringValue":"core"}${']}}'.repeat(levels)}`
  return Buffer.from(JSON.stringify(withMark(own)).replace(`{"stringValue":"${MARK}"}`, nested))
}

export function deepProtobuf(own: readonly Pair[], levels: number): Buffer {
  const value: Buffer[] = []
  let length = 0
  for (let level = 0; level < levels; level += 1) {
    // ArrayValue.values (1) within AnyValue.array_value (5), from the inside out.
    if (level > 0) length += push(value, 0x0a, length)
    length += push(value, 0x2a, length)
  }
  const pair = nest(6, Buffer.concat([nest(1, Buffer.from('deep')), nest(2, Buffer.concat(value.reverse()))]))
  const others = own.map(({ key, value: each }) => ({ key, value: each }))
  const request = {
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: '1790000000000000000', attributes: others }] }] }],
  } as OtlpRequest
  // Down to the record by its lengths: the request holds nothing else.
  const record = innermost(encodeRequest(request), 3)
  return nest(1, nest(2, nest(2, Buffer.concat([record, pair]))))
}

function push(parts: Buffer[], tag: number, length: number): number {
  const head = Buffer.concat([Buffer.from([tag]), varint(length)])
  parts.push(head)
  return head.length
}

function nest(field: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2]), varint(content.length), content])
}

function innermost(message: Buffer, levels: number): Buffer {
  let inner = message
  for (let level = 0; level < levels; level += 1) {
    let at = 1
    while ((inner[at] ?? 0) & 0x80) at += 1
    inner = inner.subarray(at + 1)
  }
  return inner
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let left = value
  while (left > 127) {
    bytes.push((left % 128) | 128)
    left = Math.floor(left / 128)
  }
  return Buffer.from([...bytes, left])
}
