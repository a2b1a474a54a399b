// Runs every bash block of docs/quickstart.md, in its order, as a newcomer would.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cacheDirectory, projectRoot } from '../core/paths.ts'
import { freePort } from '../core/ports.ts'

const run = promisify(execFile)
const PORTS = [
  'OTLP_GRPC_PORT',
  'OTLP_HTTP_PORT',
  'COLLECTOR_HEALTH_PORT',
  'COLLECTOR_METRICS_PORT',
  'CLICKHOUSE_HTTP_PORT',
  'CLICKHOUSE_NATIVE_PORT',
]

let room = ''
let environment: Record<string, string> = {}

beforeAll(async () => {
  room = await mkdtemp(join(tmpdir(), 'telemetry-proof-quickstart-'))
  // What the tests' own runner has set would reach the stack too.
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || name.startsWith('VITEST') ? [] : [[name, value] as const],
  )
  environment = {
    ...Object.fromEntries(inherited),
    TELEMETRY_PROOF_DATA: join(room, 'data'),
    TELEMETRY_PROOF_CACHE: cacheDirectory(),
  }
  for (const name of PORTS) environment[name] = String(await freePort())
})

afterAll(async () => {
  await run(process.execPath, [join(projectRoot, 'bin/stack.ts'), 'down', '--purge'], { env: environment }).catch(
    () => {},
  )
  await rm(room, { recursive: true, force: true })
})

test('every command of the quickstart works, and the first event is found', async () => {
  const text = await readFile(join(projectRoot, 'docs/quickstart.md'), 'utf8')
  const blocks = [...text.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '')
  expect(blocks.length).toBeGreaterThan(6)
  let shown = ''
  for (const block of blocks) {
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', block], {
      cwd: projectRoot,
      env: environment,
      maxBuffer: 16 * 1024 ** 2,
    })
    shown += stdout
  }
  expect(shown).toMatch(/PASS — \d+ of \d+ scenarios hold/)
  expect(shown).toContain('The stack is up')
  // The row of session-trace and the line of the doctor.
  expect(shown).toMatch(/user_prompt/)
  expect(shown).toMatch(/1 events? of 1 sessions?/)
  expect(shown).toContain('is removed')
}, 120_000)
