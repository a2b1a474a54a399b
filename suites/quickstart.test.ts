// Runs every bash block of docs/quickstart.md, in its order, as a newcomer would.
import { execFile } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { projectRoot } from '../core/paths.ts'
import { type Newcomer, newcomer, newcomersEnvironment } from './testing/newcomer.ts'

const run = promisify(execFile)
// Where the page proves the platform. A test has a place of its own for the run: runs/latest is the person's.
const VERIFY = 'npm run --silent verify:platform -- --profile smoke\n'

let person: Newcomer

beforeAll(async () => {
  person = await newcomer('quickstart')
})

afterAll(async () => {
  try {
    await run(process.execPath, [join(projectRoot, 'bin/stack.ts'), 'down', '--purge'], { env: person.environment })
  } finally {
    await person.leave()
  }
})

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
  const { room, environment } = person
  let shown = ''
  for (const block of blocks) {
    const command = block === VERIFY ? `${block.trimEnd()} --runtime embedded --out '${join(room, 'runs')}'\n` : block
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', command], {
      cwd: projectRoot,
      env: environment,
      maxBuffer: 16 * 1024 ** 2,
    })
    shown += stdout
  }
  expect(shown).toMatch(/PASS — \d+ of \d+ scenarios passed/)
  await access(join(room, 'runs/latest/report.html'))
  expect(shown).toContain('The stack is up')
  // The row of session-trace and the line of the doctor.
  expect(shown).toMatch(/user_prompt/)
  expect(shown).toMatch(/1 events? of 1 sessions?/)
  // The prompt as it is stored.
  expect(shown).toMatch(/^write to \[REDACTED_EMAIL\]$/m)
  expect(shown).not.toContain('alice@example.com')
  expect(shown).toContain('is removed')
})
