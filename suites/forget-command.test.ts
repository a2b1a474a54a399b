// `npm run forget` on the daily stack, as a person types it: through the relay, with what waits there, and with the stack's own salt.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { projectRoot, stackDirectory } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { attributes } from '../generators/hand-made.ts'
import { DailyStack } from '../harness/processes/daily-stack.ts'
import { readRelayStatus } from '../stack/client/relay/status.ts'
import { startedWith } from '../stack/daily/started-with.ts'
import type { DailyState } from '../stack/daily/state.ts'
import { saltOf } from '../stack/forget/salt.ts'
import { findAtRest } from './testing/at-rest.ts'
import { runCommand } from './testing/commands.ts'

const run = promisify(execFile)
const TEST_MS = 120_000
const ALICE = 'alice@example.com'

let daily: DailyStack
beforeAll(async () => {
  daily = await DailyStack.start(stackDirectory)
}, TEST_MS)
afterAll(() => daily[Symbol.asyncDispose]())

const command = (name: string, ...words: string[]) =>
  runCommand({ room: '', environment: daily.environment, leave: async () => {} }, name, ...words)
const forget = (...words: string[]) => command('forget', ...words)
const relay = () => `http://127.0.0.1:${daily.environment.RELAY_HTTP_PORT}`

/** One event of a person, through the relay. */
async function send(session: string, person: Readonly<Record<string, string>>, number: number): Promise<void> {
  const event = { 'session.id': session, 'event.name': 'user_prompt', 'event.sequence': { intValue: String(number) } }
  const record = { timeUnixNano: `${1_790_000_000 + number}000000000`, attributes: attributes({ ...event, ...person }) }
  const answer = await fetch(`${relay()}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }),
  })
  expect(answer.status).toBe(200)
}

async function stored(session: string): Promise<number> {
  const { stdout } = await command('query', 'session-trace', '--session', session, '--json')
  return z.array(z.unknown()).parse(JSON.parse(stdout)).length
}

const isStored = (session: string, events: number) =>
  until(`${events} events of ${session}`, async () => (await stored(session)) === events, { timeoutMs: 120_000 })

test(
  'tells what there is, deletes it, and keeps out what comes again; others stay',
  async () => {
    const both = async () => {
      for (const number of [0, 1, 2]) await send('of-alice', number === 2 ? {} : { 'user.email': ALICE }, number)
      await send('of-bob', { 'user.email': 'bob@example.com' }, 3)
    }
    await both()
    await isStored('of-alice', 3)
    expect(await forget('--email', ALICE, '--dry-run')).toEqual({
      stdout: 'Would delete 3 log records and 0 data points of 1 session.\n',
      stderr: expect.any(String),
      code: 0,
    })
    expect(await stored('of-alice')).toBe(3)
    const { stdout, code } = await forget('--email', ALICE)
    expect([stdout, code]).toEqual([
      'Deleted 3 log records and 0 data points of 1 session, and the files that held them.\n' +
        'What still comes of this person is not stored.\n',
      0,
    ])
    await both()
    await send('of-bob', { 'user.email': 'bob@example.com' }, 4)
    await isStored('of-bob', 2)
    expect(await stored('of-alice')).toBe(0)
    expect(await forget('--email', ALICE)).toMatchObject({
      stdout: 'No stored row names this person.\nWhat still comes of this person is not stored.\n',
      code: 0,
    })
    // Neither the state, nor a log, nor a file of ClickHouse or of the relay tells who it was.
    expect(await findAtRest(daily.directory, [ALICE])).toEqual([])
  },
  TEST_MS,
)

test(
  'refuses in one line while the relay keeps something, and tells it in a dry run',
  async () => {
    await send('later', { 'user.email': 'carol@example.com' }, 10)
    await isStored('later', 1)
    let sent = 1
    const collector = (await daily.processes()).get('otel-collector')
    if (collector === undefined) throw new Error('no collector runs')
    process.kill(collector, 'SIGSTOP')
    try {
      // What is on its way when it stops may still be taken.
      await until(
        'something in the buffer',
        async () => {
          await send('later', { 'user.email': 'carol@example.com' }, 10 + sent)
          sent += 1
          return (await readRelayStatus(relay(), 5_000)).buffer.parked.files > 0
        },
        { timeoutMs: 120_000 },
      )
      const { stdout, stderr, code } = await forget('--email', 'carol@example.com', '--wait', '0')
      expect([stdout, code]).toEqual(['', 1])
      expect(stderr.trim().split('\n').at(-1)).toMatch(
        /^nothing is deleted: in the buffer of the relay .* wait \d+ bytes/,
      )
      expect((await forget('--email', 'carol@example.com', '--dry-run')).stdout).toMatch(
        /^Would delete \d+ log records? .*\nNot deleted before this is over: in the buffer of the relay /,
      )
    } finally {
      process.kill(collector, 'SIGCONT')
    }
    // It waits for what is under way.
    const { stdout, code } = await forget('--email', 'carol@example.com', '--json')
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { erased: { rows: { log_records: sent } }, waiting: [] }])
  },
  TEST_MS,
)

test.each([
  [['--wait', 'long', '--user', 'a'], 64, /^--wait long: must be seconds/],
  [[], 64, /^whom\? --email ADDRESS or --user ID/],
  [['--user', '[REDACTED_NAME]'], 64, /stands for whoever was removed there/],
])('%j is refused in one line', async (words, code, says) => {
  const shown = await forget(...words)
  expect(shown).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) })
  expect(shown.stderr.trim().split('\n')).toHaveLength(1)
})

test('knows the salt that the stack was started with, or refuses', async () => {
  const name = 'TELEMETRY_HASH_SALT'
  const started = async (salt: string) =>
    ({ startedWith: await startedWith(stackDirectory, { [name]: salt }) }) as DailyState
  expect(await saltOf(await started('ab'), { [name]: 'ab' })).toBe('ab')
  await expect(saltOf(await started('ab'), { [name]: 'cd' })).rejects.toThrow(/set it as it was then$/)
  await expect(saltOf(await started('ab'), {})).rejects.toThrow(/set it as it was then$/)
  // Set since then: the stack goes on with its own.
  const secrets: unknown = JSON.parse(await readFile(join(daily.directory, 'secrets.json'), 'utf8'))
  const asked = `load('forget/salt.ts').then(({ saltOf }) => saltOf({}, { ${name}: 'cd' }))`
  expect(secrets).toMatchObject({ [name]: await daily.ask(asked) })
})

test(
  'the commands of docs/DATA-USAGE-POLICY.md do what it says',
  async () => {
    const document = await readFile(join(projectRoot, 'docs/DATA-USAGE-POLICY.md'), 'utf8')
    const blocks = [...document.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '')
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', blocks.join('')], {
      cwd: projectRoot,
      env: daily.environment,
    })
    expect(stdout).toMatch(
      /^No stored row names this person\.\nNo stored row names this person\.\nWhat still comes .*\nThe stack is down; everything in .* is removed\.\n$/,
    )
  },
  TEST_MS,
)
