import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../client/testing/temporary-directory.ts'
import { linesOf } from './lines.ts'
import type { Previewed } from './preview.ts'
import { recordLines } from './render.ts'
import { assistant, call, previewOf, result, SESSION, system, user } from './testing/transcripts.ts'

const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'
const attributesOf = (record: Previewed | undefined) => (record && 'attributes' in record ? record.attributes : {})

const session = [
  user('mail bob@example.com'),
  assistant([{ type: 'thinking', thinking: 'hm' }], {}, { input_tokens: 3, output_tokens: 1 }),
  assistant(
    [call('t1', 'Bash', { command: `T=${TOKEN} ls`, description: 'd' })],
    {},
    { input_tokens: 3, output_tokens: 99 },
  ),
  user([result('t1', 'ok')]),
  assistant([call('t2', 'Read', { file_path: '/x/secret/a.md' })], { requestId: 'req_2' }),
  user([result('t2', [{ type: 'text', text: 'no such file' }], { is_error: true })]),
  assistant([{ type: 'text', text: 'done' }], { requestId: 'req_3' }),
]

test('a session with all switches on: what the client sends, as the policy leaves it', async () => {
  const { records, tally } = await previewOf(session)
  expect(records.map((record) => ('leftOutBy' in record ? record : record.event))).toEqual([
    'user_prompt',
    'tool_decision',
    'tool_result',
    'api_request',
    'tool_decision',
    { event: 'tool_result', leftOutBy: ['*/secret/*'] },
    'api_request',
    'assistant_response',
    'api_request',
  ])
  expect(attributesOf(records[0])).toMatchObject({
    'session.id': SESSION,
    'git.branch': 'main',
    prompt_length: '20',
    prompt: 'mail [REDACTED_EMAIL]',
    prompt_text: 'mail [REDACTED_EMAIL]',
  })
  expect(attributesOf(records[2])).toMatchObject({
    tool_name: 'Bash',
    success: 'true',
    tool_result_size_bytes: '2',
    tool_input: '{"command":"T=[REDACTED_API_KEY] ls","description":"d"}',
    tool_parameters: `{"bash_command":"T=[REDACTED_API_KEY]","full_command":"T=[REDACTED_API_KEY] ls","description":"d"}`,
  })
  // One request, with the tokens of its last line.
  expect(attributesOf(records[3])).toMatchObject({ request_id: 'req_1', input_tokens: 3, output_tokens: 99 })
  expect(tally).toMatchObject({
    lines: { read: 7, other: 0, noJson: 0, tooLong: 0, isCutOff: false },
    records: { sent: 9, stored: 8, leftOut: 1 },
    leftOut: { '*/secret/*': 1 },
    replaced: { 'e-mail address': 2, 'token of a source forge or registry': 3 },
    switches: {
      OTEL_LOG_USER_PROMPTS: { prompt: 1, prompt_text: 1 },
      OTEL_LOG_ASSISTANT_RESPONSES: { response: 1 },
      OTEL_LOG_TOOL_DETAILS: { tool_parameters: 2, tool_input: 2, error: 1 },
    },
  })
})

test('with the switches off nothing that needs one is there, and nothing is left out for it', async () => {
  const { records, tally } = await previewOf(session, { switchesOn: false })
  expect(tally).toMatchObject({ records: { sent: 9, stored: 9, leftOut: 0 }, leftOut: {}, replaced: {} })
  const gated = records.map(attributesOf).flatMap((each) => Object.entries(each))
  const names = ['prompt', 'prompt_text', 'response', 'tool_input', 'tool_parameters', 'error']
  expect(gated.filter(([key]) => names.includes(key))).toEqual([
    ['prompt', '<REDACTED>'],
    ['response', '<REDACTED>'],
  ])
})

test.each([
  ['meta', user('x', { isMeta: true })],
  ['a summary', user('x', { isCompactSummary: true })],
  ['of a subagent', user('x', { isSidechain: true })],
  ['what a local command printed', user('<local-command-stdout>x</local-command-stdout>')],
  ['an interruption', user([{ type: 'text', text: '[Request interrupted by user]' }])],
  ['a picture', user([{ type: 'image', source: {} }])],
])('what nobody typed is no prompt: %s', async (_, line) => {
  const { records } = await previewOf([line])
  expect(records).toEqual([])
})

test('errors of the API and compactions', async () => {
  const { records } = await previewOf([
    assistant([{ type: 'text', text: 'API Error: bob@example.com' }], { isApiErrorMessage: true }),
    system({ subtype: 'api_error', error: { status: 529, error: { message: 'overloaded' } } }),
    system({ subtype: 'compact_boundary', compactMetadata: { trigger: 'auto', preTokens: 7 } }),
    system({ subtype: 'other' }),
  ])
  expect(records.map(attributesOf)).toMatchObject([
    { 'event.name': 'api_error', error: 'API Error: [REDACTED_EMAIL]' },
    { 'event.name': 'api_error', error: 'overloaded', status_code: 529 },
    { 'event.name': 'compaction', trigger: 'auto', pre_tokens: 7 },
  ])
  expect(records).toHaveLength(3)
})

test('lines of one answer are one request, however they lie between others', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 20 }), async (ids) => {
      const lines = ids.map((id, index) =>
        assistant([{ type: 'thinking' }], { requestId: `req_${id}` }, { output_tokens: index }),
      )
      const { records } = await previewOf(lines)
      const told = records.map((record) => attributesOf(record).request_id)
      expect(told).toEqual([...new Set(ids)].map((id) => `req_${id}`))
    }),
    { numRuns: 50 },
  )
})

test('what is no message is counted, and the last line may be cut off', async () => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000)
  const odd = [{ type: 'later', a: 1 }, '7', 'null', '{"type":"user"}', { type: 'user', message: 5 }]
  const broken = [
    '{"a',
    `{"type":"assistant","message":{"content":[{"type":"tool_use","input":${deep}}]}}`,
    'x'.repeat(17 * 1024 ** 2),
  ]
  const { records, tally } = await previewOf([...odd, user('a'), ...broken, '', '{"type":"user","mess'], { end: '' })
  expect(tally.lines).toEqual({ read: 10, other: 5, noJson: 1, tooLong: 1, isCutOff: true })
  // Also what is nested deeper than any stack goes is sent as it is.
  expect(records.map(({ event }) => event)).toEqual(['user_prompt', 'tool_decision', 'api_request'])
})

test.each([
  ['nothing', [], {}, /none of its 0 lines is a message$/],
  ['something else', ['{"a":1}', 'text'], {}, /none of its 2 lines is a message$/],
  ['another session', [user('a')], { session: 'b' }, /is a message of session b$/],
] as const)('refuses a file with %s', async (_, lines, options, says) => {
  await expect(previewOf(lines, options)).rejects.toThrow(says)
})

test('of a file with several sessions only the one that is asked for', async () => {
  const { records, tally } = await previewOf([user('a'), user('b', { sessionId: 'two' })], { session: 'two' })
  expect(records.map((record) => attributesOf(record).prompt)).toEqual(['b'])
  expect(tally.lines).toMatchObject({ read: 2, other: 1 })
})

test('lines are those of the file, wherever chunks end', async () => {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'lines')
  const line = fc.string({ unit: fc.constantFrom('a', 'é', '😀'), maxLength: 40_000, size: 'max' })
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 8 }), fc.boolean(), async (lines, isEnded) => {
      await writeFile(file, lines.join('\n') + (isEnded ? '\n' : ''))
      const wanted = lines.map((text, index) => ({
        text: Buffer.byteLength(text) > 50_000 ? undefined : text,
        isWhole: isEnded || index < lines.length - 1,
        isEmpty: text === '',
      }))
      const found = await Array.fromAsync(linesOf(file, 50_000))
      expect(found).toEqual(wanted.filter(({ isEmpty }) => !isEmpty).map(({ text, isWhole }) => ({ text, isWhole })))
    }),
    { numRuns: 40 },
  )
})

test('a terminal obeys nothing of a value, and a record is a line for each value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (value) => {
      const lines = recordLines({ event: 'user_prompt', attributes: { prompt: value } })
      expect(lines).toHaveLength(2)
      expect(lines[1]).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u)
      expect(lines[1]?.length).toBeLessThan(6 * 200 + 60)
    }),
  )
})
