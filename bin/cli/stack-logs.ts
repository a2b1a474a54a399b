// What `stack -- logs` shows: the files of the daily stack, also of one that has stopped, and the engine's logs of containers.
import { spawnSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ExitCode, UsageError } from '../../core/errors.ts'
import { dailyProject, logDirectory, readState, renderLeft, requireState } from '../../stack/daily/state.ts'
import { engineCommand } from '../../stack/runtime/docker-cli.ts'
import { leftOfDaily } from '../../stack/runtime/running-stacks.ts'

export interface LogFlags {
  readonly lines: string
  readonly follow?: boolean
}

/** Prints the last lines of one service, or of all. */
export async function showLogs(service: string | undefined, flags: LogFlags): Promise<ExitCode> {
  if (!/^\d+$/.test(flags.lines)) throw new UsageError(`--lines ${flags.lines}: must be a whole number`)
  const state = await readState()
  const own = await logFilesHere()
  if (state && state.runtime !== 'embedded' && !(service !== undefined && own.has(service)))
    return containerLogs(
      state.runtime,
      service,
      Object.keys(state.logs).filter((name) => !own.has(name)),
      flags,
    )
  if (own.size === 0) await requireState()
  if (!state) {
    const left = await leftOfDaily()
    console.error(left.length === 0 ? 'no stack is running; this is what it logged last' : renderLeft(left))
  }
  const files = service === undefined ? [...own.values()] : [own.get(service)]
  const known = files.filter((file) => file !== undefined)
  if (known.length < files.length)
    throw new UsageError(`there is no log of ${service}; there are: ${[...own.keys()].join(', ')}`)
  const { status } = spawnSync('tail', ['-n', flags.lines, ...(flags.follow ? ['-F'] : []), ...known], {
    stdio: ['ignore', 'inherit', 'ignore'],
  })
  return status === 0 || flags.follow ? ExitCode.pass : ExitCode.fail
}

/** By service; they stay when the stack stops. */
async function logFilesHere(): Promise<Map<string, string>> {
  const names = (await readdir(logDirectory()).catch(() => [])).filter((name) => name.endsWith('.log'))
  return new Map(names.sort().map((name) => [name.slice(0, -'.log'.length), join(logDirectory(), name)]))
}

/** Containers' logs are the engine's. */
function containerLogs(
  engine: 'docker' | 'podman',
  service: string | undefined,
  known: readonly string[],
  flags: LogFlags,
) {
  if (service !== undefined && !known.includes(service))
    throw new UsageError(`there is no service ${service}; there are: ${known.join(', ')}`)
  const which = service === undefined ? known : [service]
  if (engine === 'podman') return podmanLogs(which, flags)
  const { status } = spawnSync(
    'docker',
    [
      'compose',
      ...['--ansi', 'never'],
      '--project-name',
      dailyProject(),
      'logs',
      '--tail',
      flags.lines,
      ...(flags.follow ? ['--follow'] : []),
      ...which,
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  return status === 0 || flags.follow ? ExitCode.pass : ExitCode.fail
}

/** Podman's socket shows the log of one container at a time. */
function podmanLogs(services: readonly string[], { lines, follow }: LogFlags): ExitCode {
  if (follow && services.length > 1)
    throw new UsageError(`Podman follows one service at a time: name it (${services.join(', ')})`)
  const codes = services.map((service) => {
    if (services.length > 1) console.log(`== ${service}`)
    const container = `${dailyProject()}-${service}-1`
    const { command, args } = engineCommand('podman', [
      ...['container', 'logs', '--tail', lines, ...(follow ? ['--follow'] : [])],
      container,
    ])
    return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status
  })
  return follow || codes.every((code) => code === 0) ? ExitCode.pass : ExitCode.fail
}
