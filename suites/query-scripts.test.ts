// Each query is also a shell script in docs/queries/: the script of today's query, and what it says. `vitest -u` writes the scripts anew.
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { stackDirectory } from '../core/paths.ts'
import { connect } from '../stack/clickhouse/database.ts'
import { answerOf, queryNames, readQuery } from '../stack/query/query.ts'
import { scriptOf } from '../stack/query/script.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'

const directory = join(import.meta.dirname, '../docs/queries')
const names = await queryNames(stackDirectory)

test.each(names)('docs/queries has the script of %s', async (name) => {
  await expect(scriptOf(await readQuery(stackDirectory, name))).toMatchFileSnapshot(join(directory, `${name}.sh`))
})

test('and none of a query that is gone', async () => {
  const scripts = (await readdir(directory)).filter((file) => file.endsWith('.sh'))
  expect(scripts.sort()).toEqual(names.map((name) => `${name}.sh`))
})

test.each(names)('%s says in its first line what it answers, and in its second its law', async (name) => {
  const [first = '', second = ''] = (await readQuery(stackDirectory, name)).split('\n')
  expect([first, second]).toEqual([expect.stringMatching(/^-- .+[.:].*$/), expect.stringMatching(/^-- .+/)])
  expect(answerOf(await readQuery(stackDirectory, name)).length).toBeGreaterThan(10)
})

test('the scripts give what the queries give', async () => {
  await using stack = await startEmbedded({ stackDirectory, ports: 'free' })
  await using database = connect(stack, 'admin')
  await database.run(
    `INSERT INTO telemetry.landing_logs (Timestamp, Body, LogAttributes)
     SELECT now64(9) - toIntervalHour(number + 1), 'claude_code.api_request',
       map('session.id', 'script', 'event.sequence', toString(number), 'model', 'a model', 'cost_usd', '0.25') FROM numbers(8)`,
  )
  const answers = new Map<string, string>()
  for (const name of names) {
    const { stdout } = await promisify(execFile)('sh', [join(directory, `${name}.sh`)], {
      env: {
        ...process.env,
        CLICKHOUSE_URL: stack.endpoints.clickhouseHttp,
        CLICKHOUSE_PASSWORD: stack.passwords.analyst,
        session: 'script',
        FORMAT: 'JSONCompact',
      },
    })
    answers.set(name, stdout)
  }
  expect(JSON.parse(answers.get('cost-by-model') ?? '').data[0].slice(0, 3)).toEqual(['a model', 2, 8])
  expect(JSON.parse(answers.get('session-trace') ?? '').data).toHaveLength(8)
  expect([...answers.values()].every((answer) => 'data' in JSON.parse(answer))).toBe(true)
})
