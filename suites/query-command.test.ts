// What npm run query refuses: each in one line, before it looks for a stack, with the exit code for wrong usage.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

interface Said {
  readonly code: number
  readonly said: string
  readonly shown: string
}

function query(...words: string[]): Promise<Said> {
  return queryIn({}, ...words)
}

function queryIn(environment: Readonly<Record<string, string>>, ...words: string[]): Promise<Said> {
  const options = { cwd: root, env: { ...process.env, ...environment } }
  return new Promise((resolve) => {
    execFile(process.execPath, ['bin/query.ts', ...words], options, (error, shown, said) => {
      resolve({ code: Number(error?.code ?? 0), said: said.trim(), shown })
    })
  })
}

test.each([
  [['no-such-query'], 'there is no query no-such-query; there are: active-time'],
  [['../users'], 'there is no query ../users'],
  [['tools', '--session', 'a'], 'tools takes no --session'],
  [['tools', '--top', '3'], 'tools takes no --top'],
  [['session-trace', '--session', 'a', '--days', '3'], 'session-trace takes no --days'],
  [['budget', '--from', '2026-01-01'], 'budget takes no --from'],
  [['budget', '--check'], '--check is for budget with --limit'],
  [['budget', '--limit', '1e3'], '--limit 1e3: give US dollars'],
  [['dearest-sessions', '--top', '0'], '--top 0: give a whole number'],
  [['silence', '--silent-days', '-1'], '--silent-days -1: give a whole number'],
  [['tools', '--tz', 'Mars/Olympus'], 'there is no such time zone'],
  [['tools', '--tz', '+05:30'], 'there is no such time zone'],
  [['tools', '--from', '2026-02-02', '--to', '2026-02-01'], '--from must be before --to'],
  [['tools', '--format', 'xml'], '--format xml: give one of table, json, csv, markdown'],
  [['tools', '--json', '--format', 'csv'], '--json and --format exclude each other'],
  [['--format', 'csv'], 'an overview is several tables, and no csv'],
  [['--sql', ' '], '--sql: give a statement'],
  [['--sql', 'SELECT 1', '--user', 'a'], '--sql takes no --user'],
  [['tools', '--sql', 'SELECT 1'], '--sql is a query of its own'],
])('%j', async (words, message) => {
  const { code, said, shown } = await query(...words)
  expect({ code, shown, lines: said.split('\n').length }).toEqual({ code: 64, shown: '', lines: 1 })
  expect(said).toContain(message)
})

test('list and --show-sql need no stack', async () => {
  expect((await query('list')).shown).toContain('cost-by-day       What each day cost')
  expect((await query('tools', '--show-sql')).shown).toContain("WHERE e.event_type = 'tool_result'")
})

test('a budget that cannot be asked is no budget that was passed', async () => {
  const environment = { TELEMETRY_PROOF_DATA: join(root, 'no-such-directory') }
  expect(await queryIn(environment, 'budget', '--limit', '5', '--check')).toMatchObject({ code: 2, shown: '' })
  expect(await queryIn(environment, 'budget', '--limit', '5')).toMatchObject({ code: 1, shown: '' })
})
