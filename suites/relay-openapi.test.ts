// Holds docs/contracts/relay.openapi.yaml to the relay: each answer that is documented is given, and none that is not.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { projectRoot } from '../core/paths.ts'
import { type HttpReply, json, post, protobuf } from '../stack/client/testing/http-post.ts'
import { logs } from '../stack/client/testing/messages.ts'
import { startRelay } from '../stack/client/testing/relay-under-test.ts'
import { down, ScriptedTransport } from '../stack/client/testing/scripted-transport.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../stack/client/testing/temporary-directory.ts'
import type { TransportAnswer } from '../stack/client/transport/transport.ts'

const text = await readFile(join(projectRoot, 'docs/contracts/relay.openapi.yaml'), 'utf8')
const response = z.looseObject({
  headers: z.record(z.string(), z.looseObject({ required: z.boolean().optional() })).default({}),
  content: z.record(z.string(), z.looseObject({ schema: z.looseObject({}) })),
})
const operation = z.looseObject({ responses: z.record(z.string(), z.looseObject({ $ref: z.string() })) })
const document = z
  .looseObject({
    paths: z.record(z.string(), z.record(z.string(), operation)),
    components: z.looseObject({
      responses: z.record(z.string(), response),
      schemas: z.record(z.string(), z.unknown()),
    }),
  })
  .parse(parse(text, { merge: true }))

let directory: TemporaryDirectory
beforeAll(async () => {
  directory = await temporaryDirectory()
})
afterAll(() => directory[Symbol.asyncDispose]())

test('it is a valid OpenAPI document', async () => {
  const { valid, errors } = await new Validator().validate(parse(text, { merge: true }))
  expect(errors).toBeUndefined()
  expect(valid).toBe(true)
})

const { body } = logs('a')
const EMPTY = Buffer.from('{"resourceLogs":[]}')
const MiB = 1024 ** 2
const rejected: TransportAnswer = { kind: 'rejected', code: 'HTTP 400', message: 'no' }

/** What the backend answers, the room on disk, and the requests: method, path, body, headers. */
type Request = readonly [method: string, path: string, body: Buffer, headers: Readonly<Record<string, string>>]
const relays: readonly {
  readonly what: string
  readonly answer: () => TransportAnswer | Promise<TransportAnswer>
  readonly maxDiskBytes: number
  readonly requests: readonly Request[]
}[] = [
  {
    what: 'a backend that takes everything',
    answer: () => ({ kind: 'accepted' }),
    maxDiskBytes: MiB,
    requests: ['/v1/logs', '/v1/metrics'].flatMap((path): Request[] => [
      ['POST', path, Buffer.alloc(0), protobuf],
      ['POST', path, Buffer.from('{}'), json],
      ['POST', path, Buffer.from('garbage'), protobuf],
      ['POST', path, Buffer.from('garbage'), json],
      ['POST', path, Buffer.alloc(16 * MiB + 1), protobuf],
      ['POST', path, EMPTY, { 'content-type': 'text/plain' }],
      ['POST', path, EMPTY, { ...json, 'content-encoding': 'br' }],
    ]),
  },
  {
    what: 'pages',
    answer: () => down,
    maxDiskBytes: MiB,
    requests: ['/', '/health', '/status'].map((path): Request => ['GET', path, Buffer.alloc(0), {}]),
  },
  {
    what: 'a backend that rejects',
    answer: () => rejected,
    maxDiskBytes: MiB,
    requests: [['POST', '/v1/logs', body, protobuf]],
  },
  {
    what: 'a backend that is away, and no room',
    answer: () => down,
    maxDiskBytes: 1,
    requests: [
      ['POST', '/v1/logs', body, protobuf],
      ['POST', '/v1/metrics', Buffer.from('{}'), json],
      ['GET', '/', Buffer.alloc(0), {}],
      ['GET', '/health', Buffer.alloc(0), {}],
    ],
  },
  {
    what: 'a backend that does not answer, and no room',
    answer: () => new Promise(() => {}),
    maxDiskBytes: 1,
    requests: [
      ['POST', '/v1/logs', body, protobuf],
      ['POST', '/v1/metrics', Buffer.from('{}'), json],
    ],
  },
]

const seen = new Set<string>()

test.each(relays)('the answers of a relay are documented: $what', async ({ what, answer, maxDiskBytes, requests }) => {
  const transport = new ScriptedTransport(answer)
  const relay = await startRelay(`${directory.path}/${what}`, transport, { maxDiskBytes, answerWithinMs: 20 })
  try {
    for (const [method, path, sent, headers] of requests) {
      const reply = await post(`${relay.http}${path}`, sent, { method, headers })
      seen.add(`${method} ${path} ${reply.status}`)
      expectDocumented(method, path, reply)
    }
  } finally {
    transport.answer = () => rejected
    // What waits for an answer that never comes is not waited for.
    void relay[Symbol.asyncDispose]()
  }
})

function expectDocumented(method: string, path: string, { status, headers, body: bytes }: HttpReply): void {
  const name = document.paths[path]?.[method.toLowerCase()]?.responses[status]?.$ref.split('/').at(-1)
  const documented = document.components.responses[name ?? '']
  expect(documented, `${method} ${path} ${status}`).toBeDefined()
  for (const [header, { required }] of Object.entries(documented?.headers ?? {}))
    if (required) expect(headers).toHaveProperty(header.toLowerCase())
  const schema = documented?.content[headers['content-type'] ?? '']?.schema
  expect(schema, `${status} as ${headers['content-type']}`).toBeDefined()
  if (headers['content-type'] !== 'application/json') return
  const validate = new Ajv2020({ strict: false }).compile({ ...schema, components: document.components })
  expect(validate(JSON.parse(bytes.toString())), JSON.stringify(validate.errors)).toBe(true)
}

test('each answer that is documented was given', () => {
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { responses }]) =>
      Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
    ),
  )
  expect([...seen].sort()).toEqual(documented.sort())
})
