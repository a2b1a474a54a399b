// The last lines of a service of the daily stack, wherever its runtime keeps them.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { tailOf } from '../../core/process.ts'
import { engineCommand } from '../runtime/docker-cli.ts'
import { type DailyState, dailyProject } from './state.ts'

const run = promisify(execFile)
const LINES = 200

/** Empty when there are none to be had. */
export async function serviceLog({ runtime, logs }: DailyState, service: string): Promise<string[]> {
  if (runtime === 'embedded')
    return (await Promise.all((logs[service] ?? []).map((file) => tailOf(file, LINES)))).flat()
  const { command, args } = engineCommand(runtime, [
    ...['container', 'logs', '--tail', String(LINES)],
    `${dailyProject()}-${service}-1`,
  ])
  const { stdout, stderr } = await run(command, args, { timeout: 10_000 }).catch(() => ({ stdout: '', stderr: '' }))
  return `${stdout}${stderr}`.split('\n')
}
