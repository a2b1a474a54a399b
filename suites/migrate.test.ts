// stack/clickhouse/migrate.sh: where ClickHouse never answers, by the clock, and on a real one, how long rows are kept.
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { projectRoot, stackDirectory } from '../core/paths.ts'
import { connect } from '../stack/clickhouse/database.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import { RETENTION_IN_FORCE } from '../stack/runtime/retention.ts'

const run = promisify(execFile)
let room: string

beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'telemetry-proof-migrate-'))
})
afterEach(() => rm(room, { recursive: true, force: true }))

async function program(name: string, body: string): Promise<void> {
  await writeFile(join(room, name), `#!/bin/sh\n${body}\n`)
  await chmod(join(room, name), 0o755)
}

/** Never rejects. @param script a copy of it when absent */
function migrate(variables: Readonly<Record<string, string>>, script = 'stack/clickhouse/migrate.sh') {
  const environment = { PATH: `${room}:${process.env.PATH}`, CLICKHOUSE_USER: 'u', CLICKHOUSE_PASSWORD: 'p' }
  return run('/bin/sh', [script], {
    cwd: projectRoot,
    env: { ...environment, CLICKHOUSE_HOST: 'ch', ...variables },
  }).then(
    (shown) => ({ ...shown, code: 0 }),
    (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => error,
  )
}

test('gives up after a minute also where each try takes seconds, as behind a firewall that drops', async () => {
  // A clock that goes on with each try.
  await program('wget', `echo >> ${room}/tries; exit 4`)
  await program('date', `echo $((1000 + 5 * $(cat ${room}/tries 2>/dev/null | wc -l)))`)
  await program('sleep', 'exit 0')
  expect(await migrate({})).toMatchObject({ code: 1, stdout: 'ClickHouse on ch:8123 does not answer after 60 s\n' })
  expect((await readFile(join(room, 'tries'), 'utf8')).length).toBe(12)
})

test.each(['-1', '10001', '100000', '1.5', 'a month', '30 ', '030'])(
  'refuses to keep rows for %j days, and asks nothing',
  async (days) => {
    await program('wget', `echo >> ${room}/tries; exit 4`)
    expect(await migrate({ TELEMETRY_RETENTION_DAYS: days })).toMatchObject({
      code: 2,
      stdout: `TELEMETRY_RETENTION_DAYS=${days}: must be a whole number of days from 0 (for ever) to 10000\n`,
      stderr: '',
    })
    expect(await readFile(join(room, 'tries'), 'utf8').catch(() => 'not tried')).toBe('not tried')
  },
)

test('sets how long rows are kept as the embedded runtime does, only where it is another time', async () => {
  await using stack = await startEmbedded({ stackDirectory, ports: 'free', shape: 'database' })
  await using admin = connect(stack, 'admin')
  const files = await readFile(join(stackDirectory, 'clickhouse/migrate.sh'), 'utf8')
  // Its files stand elsewhere than in the container.
  const here = join(stackDirectory, 'clickhouse')
  await writeFile(
    join(room, 'migrate.sh'),
    files
      .replaceAll('/schema/', `${here}/schema/`)
      .replaceAll(/(?<!tmp)\/retention\.sql/g, `${here}/retention.sql`)
      .replaceAll('/tmp/', `${room}/`),
  )
  for (const name of ['wget', 'clickhouse-client'])
    await program(
      name,
      `exec ${process.execPath} ${join(import.meta.dirname, 'testing/migrate-program.ts')} ${name} "$@"`,
    )
  const state = async () => {
    const [row] = await admin.rows<{ days: number[]; looked: number }>(
      `SELECT groupArray(${RETENTION_IN_FORCE}) AS days,
              toUInt32((SELECT count() FROM system.mutations WHERE command LIKE '%TTL%')) AS looked
       FROM system.tables WHERE database = 'telemetry' AND name IN ('log_records', 'metric_points')`,
    )
    return row
  }
  const states = [await state()]
  for (const days of ['7', '7', '']) {
    const shown = await migrate(
      {
        TELEMETRY_RETENTION_DAYS: days,
        CLICKHOUSE_HOST: '127.0.0.1',
        CLICKHOUSE_USER: 'admin',
        CLICKHOUSE_PASSWORD: stack.passwords.admin,
        MIGRATE_PORT: new URL(stack.endpoints.clickhouseHttp).port,
      },
      join(room, 'migrate.sh'),
    )
    const stdout = expect.stringMatching(/^the schema is at version \d+\n$/m)
    expect(shown).toMatchObject({ stderr: '', code: 0, stdout })
    states.push(await state())
  }
  expect(states).toEqual([
    { days: [0, 0], looked: 0 },
    { days: [7, 7], looked: 2 },
    { days: [7, 7], looked: 2 },
    { days: [0, 0], looked: 2 },
  ])
})
