import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import * as clock from '../../../core/clock.ts'
import { decodeRequest, encodeRequest } from '../../../core/otlp/codec.ts'
import { projectRoot } from '../../../core/paths.ts'
import { jsonMessage, protobufBody, protobufMessage } from '../export-request.ts'
import { isLeftIn, plantedMessages } from '../testing/planted.ts'
import { PIECES, SECRETS } from '../testing/secrets.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../testing/temporary-directory.ts'
import { standardPolicyFile } from './document.ts'
import { Sanitizer, standardSanitizer } from './sanitizer.ts'

const salted = new Sanitizer({ salt: 'salt' })
const unsalted = new Sanitizer()

describe.each(Object.entries(SECRETS))('of a planted %s', (_, secret) => {
  test.each(plantedMessages(secret))('nothing is left in $what', ({ message }) => {
    const sanitized = salted.request(message)
    if (!sanitized) throw new Error('it was left out')
    expect(isLeftIn(message.body, secret)).toBe(true)
    expect(isLeftIn(sanitized.body, secret)).toBe(false)
    expect(sanitized.events).toBe(message.events)
    // What is written is a request still, with every digit.
    const decoded = JSON.stringify(decodeRequest(message.signal, protobufBody(sanitized)))
    expect(decoded).toContain('1795469307047000001')
    expect(isLeftIn(Buffer.from(decoded), secret)).toBe(false)
  })
})

type Any = Record<string, unknown>
const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join('').toWellFormed()),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
)
const key = fc.oneof(
  fc.constantFrom('prompt', 'api_token', 'user.email', 'user.name', 'session.id', 'event.name'),
  text,
)
const { value } = fc.letrec<{ value: Any; pair: Any }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text.map((stringValue) => ({ stringValue })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((each) => ({ intValue: String(each) })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((doubleValue) => ({ doubleValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    text.map((each) => ({ bytesValue: Buffer.from(each).toString('base64') })),
    fc.array(tie('value'), { maxLength: 2 }).map((values) => ({ arrayValue: { values } })),
    fc.array(tie('pair'), { maxLength: 2 }).map((values) => ({ kvlistValue: { values } })),
  ),
  pair: fc.record({ key, value: tie('value') }),
}))
const attributes = fc.array(fc.record({ key, value }), { maxLength: 3 })
const request = fc
  .record({ attributes, body: value, own: attributes, scope: text, eventName: text })
  .map(({ own, scope, ...record }) => ({
    resourceLogs: [{ resource: { attributes: own }, scopeLogs: [{ scope: { name: scope }, logRecords: [record] }] }],
  }))

describe.each([
  ['with the salt', salted],
  ['without it', unsalted],
])('any request, %s', (_, sanitizer) => {
  test('is the same in both encodings, and the same when it is sanitized again', () => {
    fc.assert(
      fc.property(request, (each) => {
        const bytes = encodeRequest(each as never)
        const protobuf = sanitizer.request(protobufMessage('logs', bytes))
        const json = sanitizer.request(jsonMessage('logs', Buffer.from(JSON.stringify(decodeRequest('logs', bytes)))))
        if (!protobuf || !json) {
          expect([protobuf, json]).toEqual([undefined, undefined])
          return
        }
        expect(decodeRequest('logs', protobufBody(json))).toEqual(decodeRequest('logs', protobuf.body))
        expect(sanitizer.request(protobuf)).toBe(protobuf)
        expect(sanitizer.request(json)).toBe(json)
      }),
      { numRuns: 600 },
    )
  })
})

test('a recorded session is the same bytes but for who it was', () => {
  const lines = readFileSync(join(projectRoot, 'generators/fixtures/captures/long.otlp.jsonl'), 'utf8')
    .trim()
    .split('\n')
  let same = 0
  for (const line of lines) {
    const signal = line.includes('resourceLogs') ? ('logs' as const) : ('metrics' as const)
    const [json, protobuf] = [
      jsonMessage(signal, Buffer.from(line)),
      protobufMessage(signal, encodeRequest(JSON.parse(line))),
    ]
    if (salted.request(json) === json && salted.request(protobuf) === protobuf) same += 1
  }
  expect(same).toBeGreaterThan(lines.length / 2)
})

const log = (record: Any, resource: Any = {}) => ({
  resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }],
})
const attribute = (name: string, stringValue: string) => ({ attributes: [{ key: name, value: { stringValue } }] })
const sanitizedJson = (sanitizer: Sanitizer, each: unknown) =>
  sanitizer.request(jsonMessage('logs', Buffer.from(JSON.stringify(each))))?.body.toString()

describe('identities', () => {
  const hashed = `sha256:${hash('sha256', 'saltada@example.com', 'hex')}`
  test.each([
    ['user.email', 'ada@example.com', hashed, '[REDACTED_EMAIL]'],
    ['user.name', 'Ada', `sha256:${hash('sha256', 'saltAda', 'hex')}`, '[REDACTED_NAME]'],
    ['user.id', 'ada@example.com', hashed, '[REDACTED_EMAIL]'],
    ['user.id', '4f1c', '4f1c', '4f1c'],
    ['session.id', 'token=abc', `sha256:${hash('sha256', 'salttoken=abc', 'hex')}`, '[REDACTED_ID]'],
    ['session.id', 'of Monday', 'of Monday', 'of Monday'],
    ['event.name', 'user prompt', 'user prompt', 'user prompt'],
    ['user.email', hashed, hashed, hashed],
  ])('%s %s', (name, given, withSalt, without) => {
    for (const place of [log(attribute(name, given)), log({}, attribute(name, given))]) {
      expect(sanitizedJson(salted, place)).toContain(JSON.stringify(withSalt))
      expect(sanitizedJson(unsalted, place)).toContain(JSON.stringify(without))
    }
  })
})

describe('events that mention an excluded directory', () => {
  const secret = { body: { stringValue: 'cat /srv/secret/plan.md' } }
  const deep = {
    attributes: [{ key: 'map', value: { arrayValue: { values: [{ stringValue: 'C:\\proprietary\\a' }] } } }],
  }
  const other = { body: { stringValue: 'kept /secretary/' } }

  test.each([['JSON'], ['protobuf']])('are left out, and others stay (%s)', (encoding) => {
    const all = { resourceLogs: [{ scopeLogs: [{ logRecords: [secret, other, deep] }, { logRecords: [secret] }] }] }
    const bytes = Buffer.from(JSON.stringify(all))
    const message =
      encoding === 'JSON' ? jsonMessage('logs', bytes) : protobufMessage('logs', encodeRequest(all as never))
    const sanitizer = new Sanitizer()
    const left = sanitizer.request(message)
    expect(left?.events).toBe(1)
    expect(decodeRequest('logs', protobufBody(left as never))).toEqual({
      resourceLogs: [{ scopeLogs: [{ logRecords: [other] }] }],
    })
    expect(sanitizer.status).toMatchObject({ excluded: 3, changed: 1 })
  })

  test('leave nothing where there is no other', () => {
    expect(unsalted.request(jsonMessage('logs', Buffer.from(JSON.stringify(log(secret)))))).toBeUndefined()
  })
})

describe('what no decoder shows', () => {
  const email = SECRETS.email ?? ''

  test('a name that comes twice in JSON', () => {
    const body = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"${email}"},"body":{"stringValue":"b"}}]}]}]}`
    const left = unsalted.request(jsonMessage('logs', Buffer.from(body)))
    expect(String(left?.body)).toBe('{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"b"}}]}]}]}')
  })

  test('unknown fields stay, and go where they hold something private', () => {
    const unknown = (content: string) =>
      Buffer.concat([Buffer.from([0xa2, 0x06, content.length]), Buffer.from(content)])
    const kept = protobufMessage('logs', Buffer.concat([encodeRequest(log({}) as never), unknown('new')]))
    expect(unsalted.request(kept)).toBe(kept)
    const gone = protobufMessage('logs', Buffer.concat([encodeRequest(log({}) as never), unknown(email)]))
    expect(unsalted.request(gone)?.body).toEqual(encodeRequest(log({}) as never))
    const json = sanitizedJson(unsalted, { ...log({ newField: [email, { a: 1 }] }), [email]: 1 })
    expect(json).toBe(
      '{"resourceLogs":[{"resource":{},"scopeLogs":[{"logRecords":[{"newField":["[REDACTED_EMAIL]",{"a":1}]}]}]}],"[REDACTED_EMAIL]":1}',
    )
  })

  test('every digit is kept where something else changes', () => {
    const body = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":1795469307047000001,"n":[1e400,-0,0.1],"body":{"stringValue":"${email}"}}]}]}]}`
    expect(String(unsalted.request(jsonMessage('logs', Buffer.from(body)))?.body)).toBe(
      body.replace(email, '[REDACTED_EMAIL]'),
    )
  })
})

describe('lines of files', () => {
  test.each([
    [
      'half a line',
      `{"resourceLogs":[{"attributes":[{"key":"user.name","value":{"stringValue":"Ada Lov`,
      '{"resourceLogs":[{"attributes":[{"key":"user.name","value":{"stringValue":"[REDACTED_NAME]',
    ],
    ['something foreign', 'mail ada@example.com', 'mail [REDACTED_EMAIL]'],
  ])('%s is masked as a text', (_, line, masked) => {
    expect(String(unsalted.line(Buffer.from(line)))).toBe(masked)
  })

  test('a line goes where it mentions an excluded directory, whole or not', () => {
    expect(unsalted.line(Buffer.from('…"C:\\\\secret\\\\a'))).toBeUndefined()
    expect(unsalted.line(Buffer.from(JSON.stringify(log({ body: { stringValue: '/secret/' } }))))).toBeUndefined()
  })
})

describe('files that change', () => {
  let directory: TemporaryDirectory
  let now = 0
  beforeEach(async () => {
    directory = await temporaryDirectory()
    vi.spyOn(clock, 'monotonicMs').mockImplementation(() => now)
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await directory[Symbol.asyncDispose]()
  })

  test('are read again; what cannot be read leaves what was in force', async () => {
    const [policyFile, namesFile] = [join(directory.path, 'policy.json'), join(directory.path, 'names')]
    await writeFile(policyFile, readFileSync(standardPolicyFile))
    await writeFile(namesFile, 'Ada\n')
    const said: string[] = []
    const sanitizer = new Sanitizer({ policyFile, namesFile, log: (line) => void said.push(line) })
    const { mark } = sanitizer
    expect(sanitizer.text('Ada and Grace')).toBe('[REDACTED_NAME] and Grace')
    await writeFile(namesFile, 'Ada\nGrace\n')
    now += 1_000
    expect(sanitizer.text('Ada and Grace')).toBe('[REDACTED_NAME] and [REDACTED_NAME]')
    expect(sanitizer.mark).not.toBe(mark)
    await writeFile(policyFile, '{"version":1}')
    now += 1_000
    expect(sanitizer.text('ada@example.com')).toBe('[REDACTED_EMAIL]')
    expect(said).toHaveLength(1)
    expect(sanitizer.status.failure).toContain('policy.json cannot be used')
    await rm(namesFile)
    now += 1_000
    expect(sanitizer.text('Grace')).toBe('[REDACTED_NAME]')
  })

  test('a sanitizer without a policy, or without the names that it was told of, is none', () => {
    expect(() => new Sanitizer({ policyFile: '/nowhere' })).toThrow('the compiled policy /nowhere cannot be used')
    expect(() => standardSanitizer({ TELEMETRY_NAMES_FILE: '/nowhere' })).toThrow('TELEMETRY_NAMES_FILE')
  })
})
