// stack/clickhouse/migrate.sh where ClickHouse never answers: by the clock, whatever a try takes.
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { projectRoot } from '../core/paths.ts'

const run = promisify(execFile)

test('gives up after a minute also where each try takes seconds, as behind a firewall that drops', async () => {
  const room = await mkdtemp(join(tmpdir(), 'telemetry-proof-migrate-'))
  try {
    const program = async (name: string, body: string) => {
      await writeFile(join(room, name), `#!/bin/sh\n${body}\n`)
      await chmod(join(room, name), 0o755)
    }
    // A clock that goes on with each try.
    await program('wget', `echo >> ${room}/tries; exit 4`)
    await program('date', `echo $((1000 + 5 * $(cat ${room}/tries 2>/dev/null | wc -l)))`)
    await program('sleep', 'exit 0')
    const environment = { PATH: `${room}:${process.env.PATH}`, CLICKHOUSE_HOST: 'ch', CLICKHOUSE_USER: 'u' }
    const shown = await run('/bin/sh', [join(projectRoot, 'stack/clickhouse/migrate.sh')], {
      env: { ...environment, CLICKHOUSE_PASSWORD: 'p' },
    }).catch((error) => error)
    expect(shown).toMatchObject({ code: 1, stdout: 'ClickHouse on ch:8123 does not answer after 60 s\n' })
    expect((await readFile(join(room, 'tries'), 'utf8')).length).toBe(12)
  } finally {
    await rm(room, { recursive: true, force: true })
  }
})
