// npm run stack -- upgrade, in a checkout of its own that gets newer files: what it says, what stays, and the way back where it does not succeed.
import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { projectRoot } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { newcomer } from './testing/newcomer.ts'
import { sendEvent } from './testing/one-event.ts'

const run = promisify(execFile)
const SESSION = 'upgraded'
const next = (version: number, statement: string) => `-- A later version.
${statement};
INSERT INTO telemetry.schema_version (version, name) VALUES (${version}, 'later');
`

test('upgrades with all that is stored, and goes back from what does not start', async () => {
  const person = await newcomer('upgrade')
  const checkout = join(person.room, 'checkout')
  await mkdir(checkout)
  for (const name of ['bin', 'core', 'stack', 'package.json', 'package-lock.json'])
    await cp(join(projectRoot, name), join(checkout, name), { recursive: true })
  await symlink(join(projectRoot, 'node_modules'), join(checkout, 'node_modules'))
  const stack = (...words: string[]) =>
    run(process.execPath, [join(checkout, 'bin/stack.ts'), ...words], { env: person.environment }).then(
      (shown) => ({ ...shown, code: 0 }),
      (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => error,
    )
  const relay = `http://127.0.0.1:${person.environment.RELAY_HTTP_PORT}`
  const stored = async () => {
    const status = z.object({ events: z.number(), healthy: z.boolean() })
    return status.parse(JSON.parse((await stack('status', '--json')).stdout))
  }
  const schema = join(checkout, 'stack/clickhouse/schema')
  const version = Math.max(...(await readdir(schema)).map((name) => Number.parseInt(name, 10)))
  try {
    await stack('up')
    for (let number = 0; number < 5; number += 1) expect(await sendEvent(relay, SESSION, number)).toBe(true)
    await until('five events', async () => (await stored()).events === 5, { timeoutMs: 120_000 })
    expect((await stack('upgrade')).stdout).toBe(
      `Nothing to upgrade: the stack runs with the files that are here, of schema version ${version}.\n`,
    )

    // A pull brings a column, and a program that is not as it was.
    await writeFile(
      join(schema, `${version + 1}-later.sql`),
      next(version + 1, 'ALTER TABLE telemetry.log_records ADD COLUMN IF NOT EXISTS later UInt8'),
    )
    await writeFile(join(checkout, 'stack/client/relay/later.ts'), '// Nothing yet.\n')
    const told = `schema version ${version} becomes ${version + 1}; changed: stack/clickhouse/schema/${version + 1}-later.sql, its programs.\n`
    expect(await stack('upgrade', '--dry-run')).toMatchObject({ code: 0, stdout: told })
    expect(await stack('upgrade')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        new RegExp(
          `^${RegExp.escape(told)}The stack is up again and healthy, with 5 events and data points \\(5 before\\)\\.\nWhat was there before is in \\S+/backups/schema-${version}-\\S+; remove it`,
        ),
      ),
    })
    expect(await sendEvent(relay, SESSION, 5)).toBe(true)
    await until('six events', async () => (await stored()).events === 6, { timeoutMs: 120_000 })

    // Another brings something that does not start.
    await writeFile(
      join(schema, `${version + 2}-wrong.sql`),
      next(version + 2, 'ALTER TABLE telemetry.no_such_table ADD COLUMN a UInt8'),
    )
    const failed = await stack('upgrade')
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining(`${version + 2}-wrong.sql:2:`) })
    const [, file = ''] =
      /^to go back: check out the version of before, then .* and restore (\S+)$/m.exec(failed.stderr) ?? []
    expect(file).toContain(`/backups/schema-${version + 1}-`)
    await rm(join(schema, `${version + 2}-wrong.sql`))
    await stack('down', '--purge')
    await stack('up')
    expect(await stack('restore', file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('with 6 log records'),
    })
    expect(await stored()).toEqual({ events: 6, healthy: true })
  } finally {
    await stack('down', '--purge')
    await person.leave()
  }
}, 240_000)

test('without a stack there is nothing to upgrade', async () => {
  const person = await newcomer('upgrade')
  const shown = await run(process.execPath, [join(projectRoot, 'bin/stack.ts'), 'upgrade'], {
    env: person.environment,
  }).catch((error: unknown) => error)
  expect(shown).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^no stack is running[^\n]*\n$/) })
  await person.leave()
})
