// npm run stack: the stack for daily use, in the background on the standard ports.
import { spawnSync } from 'node:child_process'
import { ExitCode, UsageError, UserError } from '../core/errors.ts'
import { renderEnvironment } from '../stack/client/env.ts'
import { detectShell } from '../stack/client/shell.ts'
import { targetOf } from '../stack/client/target.ts'
import { down, purge, up } from '../stack/daily/daily.ts'
import { dailyDirectory, dailyProject, readState, requireState } from '../stack/daily/state.ts'
import { renderStatus, statusOf } from '../stack/daily/status.ts'
import { defineCommand, runCommand } from './cli/command.ts'
import { openStatus } from './cli/status.ts'

const command = defineCommand(
  'npm run stack --',
  'Keeps the stack running on this machine, with data that stays.',
  'npm run stack -- up && npm run stack -- env',
)
let action: () => Promise<ExitCode> = async () => {
  throw new UsageError('missing subcommand: up, down, status, logs or env')
}
command.action(() => {})

/** A subcommand with the frame of a command of its own. */
function subcommand(name: string, summary: string, example: string) {
  const made = defineCommand(name, summary, `npm run stack -- ${example}`)
  command.addCommand(made)
  return made
}

subcommand('up', 'start it in the background; does nothing if it is running', 'up')
  .option('--runtime <kind>', 'embedded or docker; each has data of its own', 'embedded')
  .option('--relay', 'with a relay in front of it, which buffers events while the collector is down')
  .action((flags: { runtime: string; relay?: boolean }) => {
    action = async () => {
      const kind = (['embedded', 'docker'] as const).find((one) => one === flags.runtime)
      if (kind === undefined) throw new UsageError(`--runtime ${flags.runtime}: must be embedded or docker`)
      using status = openStatus()
      const { state, started } = await up({ kind, relay: flags.relay === true }, (message) => status.update(message))
      status[Symbol.dispose]()
      if (!started && state.runtime !== kind)
        throw new UserError(`the stack is already running on ${state.runtime}; stop it first: npm run stack -- down`)
      if (!started) {
        const unhealthy = (await statusOf(state)).services.filter(({ healthy }) => !healthy).map(({ name }) => name)
        if (unhealthy.length > 0)
          throw new UserError(
            `the stack is already running, but ${unhealthy.join(' and ')} does not answer; npm run stack -- logs shows why, and down, then up, restarts it with its data`,
          )
      }
      if (!started && flags.relay && !state.relay)
        throw new UserError('the stack is already running without a relay; stop it first: npm run stack -- down')
      const { clickhouseHttp } = state.endpoints
      const { otlpGrpc, otlpHttp } = state.relay ?? state.endpoints
      console.log(
        `The stack ${started ? 'is up' : `was already running (since ${state.startedAt}, with its original settings)`}: OTLP on ${otlpGrpc} (gRPC) and ${otlpHttp} (HTTP)${state.relay ? ', the relay' : ''}, ClickHouse on ${clickhouseHttp}.`,
      )
      console.log(`Point the client at it with:  eval "$(npm run --silent stack -- env)"`)
      return ExitCode.pass
    }
  })

subcommand('down', 'stop it; its data stays', 'down')
  .option('--purge', 'also remove its data, passwords and hash salt')
  .action((flags: { purge?: boolean }) => {
    action = async () => {
      const stopped = await down()
      if (flags.purge) await purge()
      console.log(
        `${stopped ? 'The stack is down' : 'No stack was running'}${flags.purge ? `; everything in ${dailyDirectory()} is removed` : ''}.`,
      )
      return ExitCode.pass
    }
  })

subcommand('status', 'show status; exits 1 if unhealthy', 'status --json')
  .option('--json', 'as JSON')
  .action((flags: { json?: boolean }) => {
    action = async () => {
      const state = await readState()
      const found = await statusOf(state)
      console.log(flags.json ? JSON.stringify(found, null, 2) : renderStatus(found))
      return found.healthy ? ExitCode.pass : ExitCode.fail
    }
  })

subcommand('logs', 'show the last log lines of a service', 'logs otel-collector --lines 100')
  .argument('[service]', 'otel-collector, clickhouse or relay; all when absent')
  .option('--lines <number>', 'how many', '50')
  .option('--follow', 'keep printing new lines until Ctrl-C')
  .action((service: string | undefined, flags: { lines: string; follow?: boolean }) => {
    action = async () => {
      if (!/^\d+$/.test(flags.lines)) throw new UsageError(`--lines ${flags.lines}: must be a whole number`)
      const { logs, runtime } = await requireState()
      const { relay: relayLog, ...services } = logs
      if (runtime !== 'embedded' && !(service === 'relay' && relayLog))
        return containerLogs(service, Object.keys(services), flags)
      const files = service === undefined ? Object.values(logs).flat() : logs[service]
      if (!files) throw new UsageError(`there is no service ${service}; there are: ${Object.keys(logs).join(', ')}`)
      const { status } = spawnSync('tail', ['-n', flags.lines, ...(flags.follow ? ['-F'] : []), ...files], {
        stdio: ['ignore', 'inherit', 'ignore'],
      })
      return status === 0 || flags.follow ? ExitCode.pass : ExitCode.fail
    }
  })

subcommand('env', 'print what points the client at it', 'env --shell fish')
  .option('--shell <name>', 'bash, zsh, fish, powershell, or settings for the env block of the client’s settings file')
  .option('--json', 'endpoints, database and users as JSON')
  .action((flags: { shell?: string; json?: boolean }) => {
    action = async () => {
      const shell = flags.shell === undefined ? detectShell(process.env) : targetOf(flags.shell)
      const { endpoints, relay, database, users } = await requireState()
      const { clickhouseHttp, clickhouseNative } = endpoints
      const { otlpGrpc, otlpHttp } = relay ?? endpoints
      if (flags.json)
        console.log(JSON.stringify({ otlpGrpc, otlpHttp, clickhouseHttp, clickhouseNative, database, users }, null, 2))
      else process.stdout.write(renderEnvironment(shell, { otlpGrpc, otlpHttp }))
      return ExitCode.pass
    }
  })

/** Containers' logs are the engine's. */
function containerLogs(
  service: string | undefined,
  known: readonly string[],
  flags: { lines: string; follow?: boolean },
) {
  if (service !== undefined && !known.includes(service))
    throw new UsageError(`there is no service ${service}; there are: ${known.join(', ')}`)
  const which = service === undefined ? known : [service]
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

await runCommand(command, () => action())
