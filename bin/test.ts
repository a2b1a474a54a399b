// npm test: prepares what the tests need, then runs them all.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { atExit, stopSignal } from '../core/cleanup.ts'
import { ExitCode, UserError } from '../core/errors.ts'
import { projectRoot, stackDirectory } from '../core/paths.ts'
import { prepareComponents } from '../stack/runtime/embedded/prepare.ts'
import { defineCommand, runCommand } from './cli/command.ts'
import { openStatus } from './cli/status.ts'

const command = defineCommand(
  'npm test --',
  'Runs the tests; builds the components first where they are missing.',
  'npm test -- core/random.test.ts',
).argument('[files...]', 'only these test files')

const countsSchema = z.looseObject({ numPassedTests: z.number(), numFailedTests: z.number() })

await runCommand(command, async () => {
  using status = openStatus()
  await prepareComponents(stackDirectory, (message) => status.update(message))
  status[Symbol.dispose]()
  const results = join(await mkdtemp(join(tmpdir(), 'telemetry-proof-test-')), 'results.json')
  using _removal = atExit(() => rm(dirname(results), { recursive: true, force: true }))
  const vitest = spawn(
    join(projectRoot, 'node_modules/.bin/vitest'),
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...command.args],
    { cwd: projectRoot, stdio: 'inherit' },
  )
  stopSignal.addEventListener('abort', () => void vitest.kill('SIGTERM'))
  const [code]: unknown[] = await once(vitest, 'exit')
  const counts = countsSchema.safeParse(
    await readFile(results, 'utf8')
      .then(JSON.parse)
      .catch(() => undefined),
  )
  await rm(dirname(results), { recursive: true, force: true })
  if (!counts.success) throw new UserError('the tests ended without a result; see above', ExitCode.unknown)
  // A test file that cannot be loaded has no tests that could fail.
  const failed = counts.data.numFailedTests + (code !== 0 && counts.data.numFailedTests === 0 ? 1 : 0)
  console.log(`${counts.data.numPassedTests} passed, ${failed} failed`)
  return code === 0 ? ExitCode.pass : ExitCode.fail
})
