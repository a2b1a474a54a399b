// `npm run dataset -- load, list, check, unload` and `query -- --dataset` on the daily stack, as a person types them, and what curl sees.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { projectRoot, stackDirectory } from '../core/paths.ts'
import { readManifest } from '../harness/dataset/read.ts'
import { DailyStack } from '../harness/processes/daily-stack.ts'
import { MARK } from '../stack/client/load/mark-request.ts'
import { runCommand } from './testing/commands.ts'

const TEST_MS = 120_000
const small = join(projectRoot, 'docs/datasets/small')
const WINDOW = ['--from', '2026-01-01', '--to', '2026-02-01', '--tz', 'UTC']

let daily: DailyStack
beforeAll(async () => {
  daily = await DailyStack.start(stackDirectory)
}, TEST_MS)
afterAll(() => daily[Symbol.asyncDispose]())

const command = (name: string, ...words: string[]) =>
  runCommand({ room: '', environment: daily.environment, leave: async () => {} }, name, ...words)

test(
  'a sample is loaded, told apart, checked and removed',
  async () => {
    const { counts, files } = await readManifest(small)
    const records = files.reduce((sum, file) => sum + file.records, 0)
    const events = counts.logRecords
    expect(await command('dataset', 'list')).toMatchObject({ code: 0, stdout: '', stderr: 'no sample is loaded\n' })
    expect(await command('dataset', 'load', small)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        new RegExp(` took ${records} events from ${files.length} files, as the sample small\n$`),
      ),
    })
    const list = await command('dataset', 'list', '--json')
    const expected = { dataset: 'small', log_records: events, data_points: counts.dataPoints }
    expect(JSON.parse(list.stdout)).toEqual([expect.objectContaining(expected)])
    expect((await command('dataset', 'list')).stdout).toContain('small')

    const sum = ['--sql', 'SELECT count() AS events FROM telemetry.telemetry_events', '--json']
    expect(JSON.parse((await command('query', ...sum)).stdout)).toEqual([{ events: 0 }])
    expect(JSON.parse((await command('query', ...sum, '--dataset', 'small')).stdout)).toEqual([{ events }])
    const day = await command('query', 'cost-by-day', ...WINDOW, '--json')
    expect(day).toMatchObject({ code: 0, stdout: '[]\n', stderr: expect.stringContaining('--dataset small') })
    const days = await command('query', 'cost-by-day', ...WINDOW, '--dataset', 'small', '--json')
    expect([JSON.parse(days.stdout).length, days.stderr]).toEqual([1, ''])
    expect((await command('query', 'cost-by-day', ...WINDOW)).stderr).toMatch(/only samples \(--dataset small\)/)
    expect((await command('query', ...WINDOW, '--dataset', 'small')).stdout).toContain('By person')
    expect(await command('query', 'tools', '--dataset', 'other')).toMatchObject({
      code: 64,
      stdout: '',
      stderr: 'there is no sample other; loaded: small\n',
    })
    expect((await command('doctor')).stdout).toContain('the client sent nothing')
    expect(JSON.parse((await command('stack', 'status', '--json')).stdout)).toMatchObject({ events: 0, metrics: 0 })

    expect((await command('dataset', 'check', small)).stdout).toMatch(
      /^(\d+) of \1 answers are those of the manifest\n$/,
    )
    expect(await command('dataset', 'check', small, '--as', 'other')).toMatchObject({ code: 64 })

    const removal = `the sample small: ${events} log records and ${counts.dataPoints} data points\n`
    expect(await command('dataset', 'unload', 'small', '--dry-run')).toMatchObject({
      code: 0,
      stdout: `Would remove ${removal}`,
    })
    expect(await command('dataset', 'unload', 'small')).toMatchObject({
      code: 0,
      stdout: `Removed ${removal}`,
      stderr: expect.not.stringContaining('comes back'),
    })
    expect(await command('dataset', 'unload', 'small')).toMatchObject({
      code: 64,
      stdout: '',
      stderr: 'there is no sample small; none is loaded\n',
    })
  },
  TEST_MS,
)

test(
  'curl sees a sample by the setting, in the address and in a statement, and none without',
  async () => {
    const url = `http://127.0.0.1:${daily.environment.CLICKHOUSE_HTTP_PORT}`
    const { stdout } = await command('stack', 'env', '--json')
    const { users } = JSON.parse(stdout) as { users: Record<string, { password: string }> }
    const ask = async (user: string, query: string, more = '') => {
      const headers = { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': users[user]?.password ?? '' }
      const answer = await fetch(`${url}/?${more}`, { method: 'POST', headers, body: query })
      return (await answer.text()).trim()
    }
    const mark = (name: string) => `map('${MARK}', '${name}')`
    for (const [session, resource] of [
      ['real', 'map()'],
      ['one', mark('1')],
      ['other', mark('other')],
    ])
      await ask(
        'admin',
        `INSERT INTO telemetry.landing_logs (Timestamp, Body, LogAttributes, ResourceAttributes)
         SELECT now64(9), 'user_prompt', map('session.id', '${session}'), ${resource}`,
      )
    const sessions = "SELECT arrayStringConcat(arraySort(groupArray(session_id)), ',') FROM telemetry.telemetry_events"
    for (const user of ['analyst', 'admin'])
      expect([
        await ask(user, sessions),
        await ask(user, sessions, 'log_comment=dataset:other'),
        await ask(user, `${sessions} SETTINGS log_comment = 'dataset:other'`),
        await ask(user, sessions, 'log_comment=dataset:1'),
        await ask(user, sessions, 'log_comment=dataset:'),
        await ask(user, sessions, 'log_comment=dataset:none'),
        await ask(user, sessions, 'log_comment=a tool that notes who asks'),
        await ask(user, sessions),
      ]).toEqual(['real', 'other', 'other', 'one', 'real', '', 'real', 'real'])
    const kept = 'SELECT count() FROM telemetry.log_records WHERE mapContains(resource_attributes, {mark:String})'
    expect(await ask('analyst', kept, `param_mark=${MARK}`)).toBe('0')
  },
  TEST_MS,
)

test.each([
  [['load', small, '--as', 'Week'], '--as: Week is no name for a sample'],
  [['load', small, '--as', 'a/b'], '--as: a/b is no name for a sample'],
  [['load', small, '--as', ''], 'is no name for a sample'],
  [['load', small, '--as', 'ghp_0123456789abcdefghijklmnopqrstuvwxyz'], '--as: the privacy policy would store'],
])('%j is refused in one line', async (words, message) => {
  const { code, stdout, stderr } = await command('dataset', ...words)
  expect([code, stdout, stderr.split('\n').length]).toEqual([64, '', 2])
  expect(stderr).toContain(message)
})
