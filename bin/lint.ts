// npm run lint: types, style, what is no longer used, and the workflows of the CI system.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { stopSignal } from '../core/cleanup.ts'
import { ExitCode, UsageError } from '../core/errors.ts'
import { projectRoot } from '../core/paths.ts'
import { defineCommand, runCommand } from './cli/command.ts'

const CHECKS: Readonly<Record<string, readonly string[]>> = {
  tsc: ['--project', '.'],
  biome: ['check', '--error-on-warnings', '.'],
  knip: ['--no-progress'],
}
/** It is a module of Go and no package of npm: go fetches it by the checksum of its sum database. */
const ACTIONLINT = ['run', 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12']
const NAMES = [...Object.keys(CHECKS), 'actionlint']

const command = defineCommand(
  'npm run lint --',
  'Checks types, style, unused code and workflows.',
  'npm run lint -- --only biome',
).option('--only <checks>', `only these, with commas between them: ${NAMES.join(', ')}`, NAMES.join(','))

await runCommand(command, async () => {
  const wanted = command.opts<{ only: string }>().only.split(',')
  const unknown = wanted.find((name) => !NAMES.includes(name))
  if (unknown !== undefined)
    throw new UsageError(`--only ${unknown}: there is no such check; there are: ${NAMES.join(', ')}`)
  let [passed, failed] = [0, 0]
  for (const name of wanted) {
    const command = commandOf(name)
    if (command === undefined) {
      console.error(`${name} is skipped: there is no go here`)
      continue
    }
    if (await passes(command)) passed += 1
    else failed += 1
  }
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 ? ExitCode.pass : ExitCode.fail
})

/** Undefined where this machine lacks what it needs. */
function commandOf(name: string): readonly string[] | undefined {
  if (name !== 'actionlint') return [join(projectRoot, 'node_modules/.bin', name), ...(CHECKS[name] ?? [])]
  return spawnSync('go', ['version']).status === 0 ? ['go', ...ACTIONLINT] : undefined
}

async function passes([program = '', ...words]: readonly string[]): Promise<boolean> {
  stopSignal.throwIfAborted()
  const child = spawn(program, words, { cwd: projectRoot, stdio: 'inherit' })
  const stop = () => void child.kill('SIGTERM')
  stopSignal.addEventListener('abort', stop)
  const [code]: unknown[] = await once(child, 'exit')
  stopSignal.removeEventListener('abort', stop)
  return code === 0
}
