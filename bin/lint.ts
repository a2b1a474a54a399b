// npm run lint: types, style, and what is no longer used.
import { spawn } from 'node:child_process'
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
const NAMES = Object.keys(CHECKS)

const command = defineCommand(
  'npm run lint --',
  'Checks types, style and unused code.',
  'npm run lint -- --only biome',
).option('--only <checks>', `only these, with commas between them: ${NAMES.join(', ')}`, NAMES.join(','))

await runCommand(command, async () => {
  const wanted = command.opts<{ only: string }>().only.split(',')
  const unknown = wanted.find((name) => !NAMES.includes(name))
  if (unknown !== undefined)
    throw new UsageError(`--only ${unknown}: there is no such check; there are: ${NAMES.join(', ')}`)
  let failed = 0
  for (const name of wanted) if (!(await passes(name, CHECKS[name] ?? []))) failed += 1
  console.log(`${wanted.length - failed} passed, ${failed} failed`)
  return failed === 0 ? ExitCode.pass : ExitCode.fail
})

async function passes(tool: string, words: readonly string[]): Promise<boolean> {
  stopSignal.throwIfAborted()
  const child = spawn(join(projectRoot, 'node_modules/.bin', tool), words, { cwd: projectRoot, stdio: 'inherit' })
  const stop = () => void child.kill('SIGTERM')
  stopSignal.addEventListener('abort', stop)
  const [code]: unknown[] = await once(child, 'exit')
  stopSignal.removeEventListener('abort', stop)
  return code === 0
}
