// `npm run policy -- preview`: no private text of a transcript is ever printed, and the command as a person types it.
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LogsRequest } from '../core/otlp/otlp.ts'
import { projectRoot } from '../core/paths.ts'
import { recordLines, tallyLines } from '../stack/preview/render.ts'
import { assistant, call, previewOf, result, system, user } from '../stack/preview/testing/transcripts.ts'
import { runCommand } from './testing/commands.ts'
import { type Newcomer, newcomer } from './testing/newcomer.ts'

const secret = fc.oneof(
  fc.stringMatching(/^ghp_[A-Za-z0-9]{36}$/),
  fc.stringMatching(/^AKIA[A-Z2-7]{16}$/),
  fc.stringMatching(/^sk-ant-api03-[A-Za-z0-9]{40}$/),
  fc.stringMatching(/^xoxb-[0-9]{12}-[A-Za-z0-9]{16}$/),
  fc.stringMatching(/^[a-z]{8}[.][a-z]{8}@[a-z]{6}[.](?:com|org|de)$/),
)
const word = fc.stringMatching(/^w[a-z]{9}$/)

/** JSON in which the text stands somewhere: as a value or a name, in lists and objects, and in JSON that is a text itself. */
const around = (text: string): fc.Arbitrary<unknown> =>
  fc
    .array(fc.constantFrom('list', 'object', 'name', 'text' as const), { maxLength: 6 })
    .filter((wraps) => wraps.filter((wrap) => wrap === 'text').length <= 1)
    .map((wraps) =>
      wraps.reduce<unknown>((inner, wrap) => {
        if (wrap === 'list') return ['a', inner, 1]
        if (wrap === 'object') return { a: null, b: inner }
        if (wrap === 'text') return JSON.stringify(inner)
        return typeof inner === 'string' ? { [inner]: true } : { c: inner }
      }, text),
    )

/** Lines with the JSON at a place, and whether the client sends what stands there. */
const PLACES: Readonly<
  Record<string, { readonly sent: boolean; readonly lines: (json: unknown, text: string) => object[] }>
> = {
  prompt: { sent: true, lines: (_, text) => [user(text)] },
  'text of a prompt': { sent: true, lines: (_, text) => [user([{ type: 'text', text }])] },
  answer: { sent: true, lines: (_, text) => [assistant([{ type: 'text', text }])] },
  'input of a tool': {
    sent: true,
    lines: (json) => [assistant([call('t', 'Write', json)]), user([result('t', 'ok')])],
  },
  command: { sent: true, lines: (_, text) => [assistant([call('t', 'Bash', { command: text, description: text })])] },
  'error of a tool': { sent: true, lines: (_, text) => [user([result('t', text, { is_error: true })])] },
  'error of the API': { sent: true, lines: (_, text) => [system({ subtype: 'api_error', error: { message: text } })] },
  'name of a tool': { sent: true, lines: (_, text) => [assistant([call('t', text, {})])] },
  branch: { sent: true, lines: (_, text) => [user('a', { gitBranch: text })] },
  thought: { sent: false, lines: (_, text) => [assistant([{ type: 'thinking', thinking: text }])] },
  'result of a tool': { sent: false, lines: (json) => [user([result('t', json)]), user('a', { toolUseResult: json })] },
  'another block': { sent: false, lines: (json) => [user([{ type: 'new', text: 'x', json }])] },
  'another line': { sent: false, lines: (json, text) => [user('a'), { type: 'later', json }, { type: text }] },
  directory: { sent: false, lines: (_, text) => [user('a', { cwd: text })] },
}

test('a private text at any place, at any depth, is never printed; what stands beside it is, where the client sends it', async () => {
  const place = fc.constantFrom(...Object.keys(PLACES))
  const planted = fc.tuple(place, secret, word).chain(([where, text, beside]) =>
    fc.record({
      where: fc.constant(where),
      text: fc.constant(text),
      beside: fc.constant(beside),
      json: around(`see ${beside} and ${text} there`),
    }),
  )
  const tried = new Set<string>()
  await fc.assert(
    fc.asyncProperty(planted, fc.boolean(), async ({ where, text, beside, json }, switchesOn) => {
      const { sent, lines } = PLACES[where] ?? { sent: false, lines: () => [] }
      const { records, tally } = await previewOf(lines(json, `see ${beside} and ${text} there`), { switchesOn })
      const printed = [
        ...records.flatMap(recordLines),
        ...tallyLines(tally, switchesOn),
        JSON.stringify({ records, tally }),
      ].join('\n')
      expect(printed).not.toContain(text)
      if (switchesOn || !sent) expect(`${where}: ${printed.includes(beside)}`).toBe(`${where}: ${sent}`)
      if (switchesOn && sent) expect(printed).toContain('[REDACTED_')
      tried.add(where)
    }),
    { numRuns: 400 },
  )
  expect([...tried].sort()).toEqual(Object.keys(PLACES).sort())
})

/** Events of the recorded client: each attribute with what it was sent as. */
async function recorded(): Promise<Map<string, string>> {
  const kinds = new Map<string, string>()
  for (const capture of ['tools-grpc', 'gates-off', 'api-error', 'long']) {
    const text = await readFile(join(projectRoot, `generators/fixtures/captures/${capture}.otlp.jsonl`), 'utf8')
    const requests = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as LogsRequest)
    const records = requests
      .flatMap(({ resourceLogs = [] }) => resourceLogs)
      .flatMap(({ scopeLogs = [] }) => scopeLogs)
      .flatMap(({ logRecords = [] }) => logRecords)
    for (const { attributes = [] } of records) {
      const event = attributes.find(({ key }) => key === 'event.name')?.value ?? {}
      for (const { key, value } of attributes)
        kinds.set(`${Object.values(event)[0]} ${key}`, 'stringValue' in value ? 'string' : 'number')
    }
  }
  return kinds
}

test('an event has no attribute that the recorded client does not send, and each as it sends it', async () => {
  const kinds = await recorded()
  expect(kinds.size).toBeGreaterThan(60)
  // Newer than the recordings, or of the templates.
  const newer = ['user_prompt prompt_text', 'assistant_response message.uuid']
  const lines = [
    user('a'),
    assistant([{ type: 'text', text: 'b' }, call('t', 'Bash', { command: 'ls' }), call('r', 'Read', {})]),
    user([result('t', 'c'), result('r', 'd', { is_error: true })]),
    system({ subtype: 'api_error', error: { status: 500, message: 'e' } }),
  ]
  const { records } = await previewOf(lines)
  expect(new Set(records.map(({ event }) => event)).size).toBe(6)
  const told = records.flatMap((record) =>
    'leftOutBy' in record
      ? []
      : Object.entries(record.attributes).map(([key, value]) => [`${record.event} ${key}`, typeof value] as const),
  )
  const unknown = told.filter(([name, kind]) => kinds.get(name) !== kind).map(([name]) => name)
  expect([...new Set(unknown)].filter((name) => !name.endsWith(' git.branch')).sort()).toEqual(newer.toSorted())
})

let person: Newcomer
beforeAll(async () => {
  person = await newcomer('preview')
})
afterAll(() => person.leave())

const policy = (...words: string[]) => runCommand(person, 'policy', ...words)
const projects = () => join(person.environment.HOME ?? '', '.claude/projects')

test('says where it looked when there is no transcript', async () => {
  expect(await policy('preview')).toMatchObject({
    stdout: '',
    stderr: `no transcript in ${projects()} (0 there); name a file: npm run policy -- preview FILE\n`,
    code: 2,
  })
})

test('takes the newest session or the one that is named, and leaves everything as it was', async () => {
  const write = async (path: string, seconds: number, prompt: string) => {
    await mkdir(join(projects(), path, '..'), { recursive: true })
    await writeFile(join(projects(), path), `${JSON.stringify(user(prompt))}\n`)
    await utimes(join(projects(), path), seconds, seconds)
  }
  await write('-srv-a/old.jsonl', 1_000, 'the old one')
  await write('-srv-b/new.jsonl', 2_000, 'the new one')
  await write('-srv-b/agent-1.jsonl', 3_000, 'of an agent')
  await write('-srv-b/notes.txt', 4_000, 'no transcript')
  const before = (await readdir(person.room, { recursive: true })).sort()
  const prompts = async (...words: string[]) => {
    const { stdout, code } = await policy('preview', '--all-switches', '--json', ...words)
    expect(code).toBe(0)
    return (JSON.parse(stdout) as { records: { attributes: { prompt: string } }[] }).records.map(
      ({ attributes }) => attributes.prompt,
    )
  }
  expect(await prompts()).toEqual(['the new one'])
  expect(await prompts('--session', 'old')).toEqual(['the old one'])
  expect(await prompts(join(projects(), '-srv-b/agent-1.jsonl'))).toEqual(['of an agent'])
  const { stdout, stderr } = await policy('preview', '--limit', '0')
  expect(stderr).toBe('')
  expect(stdout).toContain(
    '… and 1 more (--limit 1 shows all)\n\n1 record: 1 would be stored, 0 left out because of a path.\n',
  )
  expect((await readdir(person.room, { recursive: true })).sort()).toEqual(before)
  expect(await readFile(join(projects(), '-srv-a/old.jsonl'), 'utf8')).toBe(`${JSON.stringify(user('the old one'))}\n`)
})

test.each([
  [['preview', '--session', 'none'], 2, /^no transcript of that session in .*projects \(\d+ there\)/],
  [['preview', '/no/such/file'], 2, /^\/no\/such\/file cannot be read: ENOENT/],
  [['preview', '/'], 2, /^\/ is a directory: name one transcript in it/],
  [['preview', '/dev/null'], 2, /^\/dev\/null is no file/],
  [['preview', 'package.json'], 2, /^package.json is no transcript: none of its \d+ lines is a message/],
  [['preview', '--limit', 'many'], 64, /^--limit many: must be a whole number/],
  [['check', '--all-switches'], 64, /^--all-switches is for preview/],
  [['check', 'a'], 64, /^check takes neither a text nor a file/],
])('%j is refused in one line', async (words, code, says) => {
  const shown = await policy(...words)
  expect(shown).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) })
  expect(shown.stderr.trim().split('\n')).toHaveLength(1)
})
