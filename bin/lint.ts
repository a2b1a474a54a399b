// npm run lint: types, style, and what is no longer used.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ExitCode } from '../core/errors.ts'
import { projectRoot } from '../core/paths.ts'
import { defineCommand, runCommand } from './cli/command.ts'

const command = defineCommand('npm run lint --', 'Checks types, style and unused code.', 'npm run lint')

const CHECKS = [
  ['tsc', '--project', '.'],
  ['biome', 'check', '--error-on-warnings', '.'],
  ['knip', '--no-progress'],
] as const

await runCommand(command, async () => {
  const failed = CHECKS.filter(([tool, ...args]) => {
    const { status } = spawnSync(join(projectRoot, 'node_modules/.bin', tool), args, {
      cwd: projectRoot,
      stdio: 'inherit',
    })
    return status !== 0
  })
  console.log(`${CHECKS.length - failed.length} passed, ${failed.length} failed`)
  return failed.length === 0 ? ExitCode.pass : ExitCode.fail
})
