// Backups of stacks that are not as today's: of an earlier schema, and of rows that were to be kept for less long; and what the commands refuse.
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stackDirectory } from '../core/paths.ts'
import { temporaryDirectory } from '../core/temporary-directory.ts'
import { backUp, putBack } from '../stack/backup/backup.ts'
import { directoryHere } from '../stack/backup/directory.ts'
import { readBackup } from '../stack/backup/file.ts'
import { connect } from '../stack/clickhouse/database.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import type { Stack } from '../stack/runtime/runtime.ts'
import { runCommand } from './testing/commands.ts'
import { newcomer } from './testing/newcomer.ts'
import { differences, expectedRows, shownRows, unpackVolume } from './testing/volume.ts'

const start = (dataDirectory: string, directory = stackDirectory, days = '0') =>
  startEmbedded({
    ...{ stackDirectory: directory, ports: 'free', shape: 'database', dataDirectory },
    variables: { TELEMETRY_RETENTION_DAYS: days },
  })
const salt = 'a5'.repeat(16)

async function backedUp(stack: Stack, dataDirectory: string, file: string): Promise<void> {
  await using admin = connect(stack, 'admin')
  await using directory = await directoryHere(join(dataDirectory, 'clickhouse-data'))
  await backUp(admin, { file, salt, directory }, () => {})
}

/** Into an empty ClickHouse, which is then started once more as the stack would be. */
async function restored(dataDirectory: string, file: string): Promise<Stack> {
  {
    await using stack = await start(dataDirectory)
    await using admin = connect(stack, 'admin')
    await using directory = await directoryHere(join(dataDirectory, 'clickhouse-data'))
    await putBack(admin, { file, directory, about: await readBackup(file) })
  }
  return start(dataDirectory)
}

test('a backup of an earlier schema is brought forward, row by row', async () => {
  await using room = await temporaryDirectory('backup')
  await using volume = await unpackVolume(join(import.meta.dirname, 'fixtures/volume-fba56db'))
  const file = join(room.path, 'kept')
  {
    // A stack whose files change nothing of the data: as that of then, which made the backup.
    const before = join(room.path, 'then/stack')
    await cp(stackDirectory, before, { recursive: true })
    for (const name of await readdir(join(before, 'clickhouse/schema')))
      await rm(join(before, 'clickhouse/schema', name))
    await writeFile(join(before, 'clickhouse/schema/999-nothing.sql'), 'SELECT 1')
    await using stack = await start(volume.data, before)
    await backedUp(stack, volume.data, file)
  }
  const { expected } = volume
  expect(await readBackup(file)).toMatchObject({ schemaVersion: expected.schemaVersion, salt })
  await mkdir(join(room.path, 'now'))
  await using stack = await restored(join(room.path, 'now'), file)
  await using analyst = connect(stack, 'analyst')
  const stored = { ...expected, parts: { ...expected.parts, queued: [], parked: [], refused: [] } }
  const rows = expectedRows(stored)
  expect(rows.length).toBeGreaterThan(50)
  expect(differences(rows, await shownRows(analyst))).toEqual([])
})

test('rows that would go at once are back whole, until the stack is started', async () => {
  await using room = await temporaryDirectory('backup')
  const [then, now, file] = [join(room.path, 'then'), join(room.path, 'now'), join(room.path, 'kept')]
  const count = async (stack: Stack) => {
    await using admin = connect(stack, 'admin')
    const [row] = await admin.rows<{ rows: number; limits: number }>(
      `SELECT (SELECT count() FROM telemetry.log_records) AS rows,
              (SELECT countIf(engine_full LIKE '% TTL %') FROM system.tables WHERE database = 'telemetry') AS limits`,
    )
    return row
  }
  {
    await using stack = await start(then, stackDirectory, '30')
    await using admin = connect(stack, 'admin')
    // As if they had been made when they were new.
    await admin.run('SYSTEM STOP TTL MERGES telemetry.log_records')
    await admin.run(
      `INSERT INTO telemetry.landing_logs (Timestamp, Body, LogAttributes) SELECT now64(9), 'user_prompt',
       map('session.id', 's', 'event.sequence', toString(number), 'telemetry.arrival_unix_nano', toString(toUnixTimestamp64Nano(now64(9)) - 100 * 86400000000000))
       FROM numbers(50)`,
    )
    expect(await count(stack)).toEqual({ rows: 50, limits: 2 })
    await backedUp(stack, then, file)
  }
  await using stack = await restored(now, file)
  expect(await count(stack)).toEqual({ rows: 50, limits: 0 })
})

test('what cannot be done is told in one line, and nothing is left of it', async () => {
  const person = await newcomer('backup')
  const stack = (...words: string[]) => runCommand(person, 'stack', ...words)
  const refused = async (words: string[], code: number, message: RegExp) => {
    const shown = await stack(...words)
    expect({
      ...shown,
      lines: shown.stderr
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('…')).length,
    }).toMatchObject({
      ...{ code, stdout: '', lines: 1 },
      stderr: expect.stringMatching(message),
    })
  }
  try {
    await refused(['backup'], 64, /missing required argument 'file'/)
    await refused(['backup', join(person.room, 'b')], 1, /stack is not running|no stack is running/i)
    await refused(['restore', join(person.room, 'b')], 1, /stack is not running|no stack is running/i)
    await stack('up', '--no-relay')
    await refused(
      ['backup', join(person.room, 'no/such/b')],
      2,
      /cannot be written: there is no such file or directory/,
    )
    await refused(['backup', person.room], 2, /is there already, and is left as it is/)
    await refused(['restore', join(person.room, 'b')], 2, /cannot be read: there is no such file or directory/)
    const { stdout, code } = await stack('backup', join(person.room, 'b'))
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('b holds 0 log records, 0 data points, of schema version'),
    ])
    const other = { ...person, environment: { ...person.environment, TELEMETRY_HASH_SALT: 'ff' } }
    expect(await runCommand(other, 'stack', 'restore', join(person.room, 'b'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing is changed: TELEMETRY_HASH_SALT is set to another salt'),
    })
    expect(await readdir(person.room)).toEqual(expect.not.arrayContaining([expect.stringContaining('part')]))
  } finally {
    await stack('down', '--purge')
    await person.leave()
  }
})
