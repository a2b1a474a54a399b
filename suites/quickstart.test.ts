// Runs every bash block of docs/quickstart.md, in its order, as a newcomer would.
import { execFile } from 'node:child_process'
import { access, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
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
// Where the page proves the platform. A test has a place of its own for the run: runs/latest is the person's.
const VERIFY = 'npm run --silent verify:platform -- --profile smoke\n'

let room = ''
let environment: Record<string, string> = {}

/** What a newcomer's shell has: nothing of the tests' runner, of a client, or of a stack that the person has set up. */
function newcomersEnvironment(inherited: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const foreign = /^(?:VITEST|OTEL_|CLAUDE_CODE_|CLICKHOUSE_|TELEMETRY_(?!PROOF_))/
  const kept = Object.entries(inherited).flatMap(([name, value]) =>
    value === undefined || foreign.test(name) ? [] : [[name, value] as const],
  )
  return Object.fromEntries(kept)
}

beforeAll(async () => {
  room = await mkdtemp(join(tmpdir(), 'telemetry-proof-quickstart-'))
  const inherited = newcomersEnvironment(process.env)
  // As the page says of proxies.
  const direct = (list: string | undefined) => [list, '127.0.0.1', 'localhost'].filter(Boolean).join(',')
  environment = {
    ...inherited,
    HOME: join(room, 'home'),
    NO_PROXY: direct(inherited.NO_PROXY),
    no_proxy: direct(inherited.no_proxy),
    TELEMETRY_PROOF_DATA: join(room, 'data'),
    TELEMETRY_PROOF_CACHE: cacheDirectory(),
  }
  await mkdir(join(room, 'home'))
  for (const name of PORTS) environment[name] = String(await freePort())
})

afterAll(async () => {
  try {
    await run(process.execPath, [join(projectRoot, 'bin/stack.ts'), 'down', '--purge'], { env: environment })
  } finally {
    await rm(room, { recursive: true, force: true })
  }
}, 90_000)

test("takes nothing of the person's telemetry along", () => {
  const inherited = { OTEL_LOGS_EXPORTER: 'console', CLAUDE_CODE_ENABLE_TELEMETRY: '0', VITEST: 'true', PATH: '/bin' }
  const stack = { TELEMETRY_SAMPLING_PERCENTAGE: '0', TELEMETRY_HASH_SALT: 'ab', CLICKHOUSE_ADMIN_PASSWORD: 'ab' }
  const component = { TELEMETRY_PROOF_OTELCOL: '/opt/otelcol' }
  expect(newcomersEnvironment({ ...inherited, ...stack, ...component })).toEqual({ PATH: '/bin', ...component })
})

test('every command of the quickstart works, and the first event is found, masked', async () => {
  const text = await readFile(join(projectRoot, 'docs/quickstart.md'), 'utf8')
  const blocks = [...text.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '')
  expect(blocks.length).toBeGreaterThan(6)
  expect(blocks.filter((block) => block.includes('verify:platform'))).toEqual([VERIFY])
  // What must not be shown is sent.
  expect(blocks.join('')).toContain('write to alice@example.com')
  let shown = ''
  for (const block of blocks) {
    const command = block === VERIFY ? `${block.trimEnd()} --out '${join(room, 'runs')}'\n` : block
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', command], {
      cwd: projectRoot,
      env: environment,
      maxBuffer: 16 * 1024 ** 2,
    })
    shown += stdout
  }
  expect(shown).toMatch(/PASS — \d+ of \d+ scenarios hold/)
  await access(join(room, 'runs/latest/report.html'))
  expect(shown).toContain('The stack is up')
  // The row of session-trace and the line of the doctor.
  expect(shown).toMatch(/user_prompt/)
  expect(shown).toMatch(/1 events? of 1 sessions?/)
  // The prompt as it is stored.
  expect(shown).toMatch(/^write to \[REDACTED_EMAIL\]$/m)
  expect(shown).not.toContain('alice@example.com')
  expect(shown).toContain('is removed')
}, 120_000)
