// npm run stack: the stack for daily use, in the background on the standard ports.
import { stopSignal } from '../core/cleanup.ts'
import { ExitCode, UsageError, UserError } from '../core/errors.ts'
import { projectRoot } from '../core/paths.ts'
import { ancestorNames } from '../core/process.ts'
import { renderEnvironment } from '../stack/client/env.ts'
import { detectShell } from '../stack/client/shell.ts'
import { targetOf } from '../stack/client/target.ts'
import { down, purge, type Started, takeOver, up } from '../stack/daily/daily.ts'
import { startDaily } from '../stack/daily/keeper.ts'
import { installService, removeService } from '../stack/daily/service-manager.ts'
import { setThenOnly } from '../stack/daily/started-with.ts'
import { clientEndpoints, dailyDirectory, readState, renderLeft, requireState } from '../stack/daily/state.ts'
import { renderStatus, statusOf } from '../stack/daily/status.ts'
import { leftOfDaily } from '../stack/runtime/running-stacks.ts'
import { isRuntimeKind, type RuntimeKind } from '../stack/runtime/runtime.ts'
import { defineCommand, runCommand } from './cli/command.ts'
import { makeBackup, restoreBackup, upgradeStack } from './cli/stack-backup.ts'
import { type LogFlags, showLogs } from './cli/stack-logs.ts'
import { openStatus } from './cli/status.ts'

const command = defineCommand(
  'npm run stack --',
  'Keeps the stack running on this machine, with data that stays.',
  'npm run stack -- up && npm run stack -- env',
)
let action: () => Promise<ExitCode> = async () => {
  const [given] = command.args
  const known = command.commands.map((each) => each.name()).join(', ')
  throw new UsageError(
    given === undefined ? `missing subcommand: ${known}` : `there is no subcommand ${given}; there are: ${known}`,
  )
}
command.allowExcessArguments(true).action(() => {})

/** A subcommand with the frame of a command of its own. */
function subcommand(name: string, summary: string, example: string) {
  const made = defineCommand(name, summary, `npm run stack -- ${example}`)
  command.addCommand(made)
  return made
}

interface UpFlags {
  readonly runtime: string
  readonly relay: boolean
  readonly foreground?: boolean
}

subcommand(
  'up',
  'start it in the background; one that runs is left as it is, or started again when its files have changed',
  'up',
)
  .option('--runtime <kind>', 'embedded, docker or podman; each has data of its own', 'embedded')
  .option('--relay', 'with a relay in front of it, which buffers events while the collector is down', true)
  .option('--no-relay', 'without the relay: clients send to the collector')
  .option('--foreground', 'stay, and end with Ctrl-C, as service managers want it')
  .action((flags: UpFlags) => {
    action = () => bringUp(flags)
  })

async function bringUp({ runtime, relay, foreground }: UpFlags): Promise<ExitCode> {
  const kind = kindOf(runtime)
  using status = openStatus()
  const progress = (message: string) => status.update(message)
  if (foreground) {
    if (await readState()) throw new UserError('the stack is already running; stop it first: npm run stack -- down')
    await takeOver(progress)
    await startDaily({ kind, relay }, progress)
    status[Symbol.dispose]()
    console.log('The stack is up. Ctrl-C stops it.')
    return await new Promise((_, reject) => stopSignal.addEventListener('abort', () => reject(stopSignal.reason)))
  }
  const started = await up({ kind, relay }, progress)
  status[Symbol.dispose]()
  const { state } = started
  if (!started.started) {
    const unhealthy = (await statusOf(state)).services.filter(({ healthy }) => !healthy).map(({ name }) => name)
    if (unhealthy.length > 0)
      throw new UserError(
        `the stack is already running, but ${unhealthy.join(' and ')} does not answer; npm run stack -- logs shows why, and down, then up, restarts it with its data`,
      )
  }
  const { otlpGrpc, otlpHttp } = state.relay ?? state.endpoints
  console.log(
    `The stack ${howStarted(started)}: OTLP on ${otlpGrpc} (gRPC) and ${otlpHttp} (HTTP)${state.relay ? ', the relay' : ''}, ClickHouse on ${state.endpoints.clickhouseHttp}.`,
  )
  console.log(`Point the client at it, also in your shell's profile:  eval "$(${fromAnywhere('env')})"`)
  return ExitCode.pass
}

function howStarted({ started, applied, state }: Started): string {
  if (!started) return `was already running (since ${state.startedAt}${asThen(state)})`
  return applied.length === 0 ? 'is up' : `is up again, with ${applied.join(', ')} as it is now`
}

/** What it was started with and this shell does not set: it goes on with that. */
function asThen({ startedWith }: Started['state']): string {
  const names = setThenOnly(startedWith, process.env)
  return names.length === 0 ? '' : `, with ${names.join(', ')} as set then`
}

/** A command line that works in every directory. */
function fromAnywhere(words: string): string {
  const quoted = /^[\w/.-]+$/.test(projectRoot) ? projectRoot : `'${projectRoot.replaceAll("'", String.raw`'\''`)}'`
  return `npm --prefix ${quoted} run --silent stack -- ${words}`
}

subcommand('down', 'stop it; its data stays', 'down')
  .option('--purge', 'also remove its data, passwords and hash salt')
  .action((flags: { purge?: boolean }) => {
    action = async () => {
      const { running, left } = await down()
      if (flags.purge) await purge()
      const ended = left.map(({ name, pid }) => `${name} (process ${pid})`).join(' and ')
      const told = running
        ? 'The stack is down'
        : left.length > 0
          ? `The stack is down: its keeper had been killed, and ${ended} ${left.length === 1 ? 'was' : 'were'} ended`
          : 'No stack was running'
      console.log(`${told}${flags.purge ? `; everything in ${dailyDirectory()} is removed` : ''}.`)
      return ExitCode.pass
    }
  })

subcommand(
  'backup',
  'write what is stored, and the salt of the hashes, to a file; the stack runs on',
  'backup telemetry.backup',
)
  .argument('<file>', 'the file to write; one that is there already is left as it is')
  .action((file: string) => {
    action = () => makeBackup(file)
  })

subcommand(
  'restore',
  'put a backup into the running stack, which must be empty; it is started again',
  'restore telemetry.backup',
)
  .argument('<file>', 'the file that backup wrote')
  .action((file: string) => {
    action = () => restoreBackup(file)
  })

subcommand(
  'upgrade',
  'apply the files that are here now, after a git pull, with a backup before; queue and buffer stay',
  'upgrade --dry-run',
)
  .option('--dry-run', 'only tell what would change')
  .action((flags: { dryRun?: boolean }) => {
    action = () => upgradeStack(flags.dryRun === true)
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
  .argument('[service]', 'otel-collector, clickhouse, relay or keeper; all when absent')
  .option('--lines <number>', 'how many', '50')
  .option('--follow', 'keep printing new lines until Ctrl-C')
  .action((service: string | undefined, flags: LogFlags) => {
    action = () => showLogs(service, flags)
  })

subcommand('env', 'print what points the client at it, whether it runs or not', 'env --shell fish')
  .option('--shell <name>', 'bash, zsh, fish, powershell, or settings for the env block of the client’s settings file')
  .option('--json', 'endpoints, database and users as JSON')
  .action((flags: { shell?: string; json?: boolean }) => {
    action = async () => {
      const shell = flags.shell === undefined ? detectShell(process.env, ancestorNames()) : targetOf(flags.shell)
      if (flags.json) {
        const { endpoints, relay, database, users } = await requireState()
        const { clickhouseHttp, clickhouseNative } = endpoints
        const { otlpGrpc, otlpHttp } = relay ?? endpoints
        console.log(JSON.stringify({ otlpGrpc, otlpHttp, clickhouseHttp, clickhouseNative, database, users }, null, 2))
        return ExitCode.pass
      }
      const { otlpGrpc, otlpHttp } = await clientEndpoints()
      process.stdout.write(renderEnvironment(shell, { otlpGrpc, otlpHttp }))
      if (!(await readState())) console.error(await whyDown(otlpGrpc))
      return ExitCode.pass
    }
  })

/** For the person whose shell it is: standard output is for the shell. */
async function whyDown(otlpGrpc: string): Promise<string> {
  const left = await leftOfDaily()
  if (left.length > 0)
    return `telemetry: ${renderLeft(left)}; the client is pointed at ${otlpGrpc}: ${fromAnywhere('up')}`
  return `telemetry: the stack is not running; the client is pointed at ${otlpGrpc}, where it listens once it is up: ${fromAnywhere('up')}`
}

const service = subcommand('service', 'let the stack come back after a reboot', 'service install')
  .helpCommand(false)
  .allowExcessArguments(true)
  .action(() => {
    action = async () => {
      const [given] = service.args
      const known = 'install, remove'
      throw new UsageError(
        given === undefined
          ? `missing subcommand of service: ${known}`
          : `there is no subcommand service ${given}; there are: ${known}`,
      )
    }
  })

const install = defineCommand(
  'install',
  'has the system start the stack at every boot (systemd: a unit of your user, with linger; macOS: launchd)',
  'npm run stack -- service install',
)
  .option('--runtime <kind>', 'embedded, docker or podman', 'embedded')
  .option('--no-relay', 'without the relay')
  .action((flags: { runtime: string; relay: boolean }) => {
    action = async () => {
      console.log(await installService({ kind: kindOf(flags.runtime), relay: flags.relay }))
      return ExitCode.pass
    }
  })
service.addCommand(install)

const remove = defineCommand(
  'remove',
  'takes that back, and stops what the system started of it',
  'npm run stack -- service remove',
).action(() => {
  action = async () => {
    console.log(await removeService())
    return ExitCode.pass
  }
})
service.addCommand(remove)

function kindOf(name: string): RuntimeKind {
  if (isRuntimeKind(name)) return name
  throw new UsageError(`--runtime ${name}: must be embedded, docker or podman`)
}

await runCommand(command, () => action())
