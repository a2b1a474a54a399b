// The relay of the daily stack: a process beside it, which keeps what comes while the stack is being restarted or is unhealthy.
import { join } from 'node:path'
import { atExit, stopSignal } from '../../core/cleanup.ts'
import { MachineError, UsageError } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import { type RunningProcess, startProcess, tailOf } from '../../core/process.ts'
import { relayLaunch } from '../client/relay/launch.ts'
import { readRelayStatus } from '../client/relay/status.ts'
import { Registration } from '../runtime/running-stacks.ts'
import { logDirectory, relayAddress } from './state.ts'
import type { Supervised } from './supervisor.ts'

const READY_TIMEOUT_MS = 15_000

export interface DailyRelay extends Supervised {
  readonly endpoints: { readonly otlpGrpc: string; readonly otlpHttp: string }
  readonly logFile: string
}

/**
 * Starts it on its own ports; it ends with this process, and what it has parked waits for its next start.
 * @param salt of the stack: the relay hashes identities as the collector does
 * @throws MachineError when it does not come up
 */
export async function startRelay(stackDirectory: string, backend: string, salt: string): Promise<DailyRelay> {
  const { grpcPort, httpPort, ...endpoints } = relayAddress(process.env)
  if (Number(grpcPort) === 0 || Number(httpPort) === 0)
    throw new UsageError(
      'RELAY_GRPC_PORT and RELAY_HTTP_PORT must be ports of your choice, not 0: clients are configured with them',
    )
  const logFile = join(logDirectory(), 'relay.log')
  const { command, args, env } = relayLaunch(stackDirectory, [
    ...['--backend', backend, '--grpc-port', grpcPort, '--http-port', httpPort],
  ])
  const own = Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : [])))
  // Should this process be killed, a command of the daily stack ends what it left.
  const registration = await Registration.open(`${process.pid}-relay`, { daily: true })
  let relay: RunningProcess | undefined
  const start = async () => {
    const started = await startProcess({ command, args, env: { ...own, ...env, TELEMETRY_HASH_SALT: salt }, logFile })
    relay = started
    await registration.addProcess(started.pid, 'relay')
    await waitUntilReady(started, endpoints.otlpHttp, logFile)
  }
  atExit(async () => {
    relay?.signal('SIGTERM')
    await relay?.ended
    await registration[Symbol.asyncDispose]()
  })
  await start()
  return {
    name: 'relay',
    endpoints,
    logFile,
    start,
    ended: async () => {
      await relay?.ended
      return relay?.exit() ?? ''
    },
    logs: (lines) => tailOf(logFile, lines),
  }
}

async function waitUntilReady(relay: RunningProcess, url: string, logFile: string): Promise<void> {
  const state = await until(
    `the relay on ${url}`,
    async () => {
      if (!relay.alive()) return 'ended' as const
      // Another relay may hold the port.
      return (await readRelayStatus(url, 2_000)).pid === relay.pid && ('ready' as const)
    },
    { timeoutMs: READY_TIMEOUT_MS, signal: stopSignal },
  )
  if (state === 'ready') return
  const [last = ''] = await tailOf(logFile, 1)
  const why = last.includes(' is taken') ? `${last}${await besideWhat(url)}` : `it ended (${relay.exit()})`
  throw new MachineError(`the relay did not come up: ${why}`)
}

/** What to do about the one that holds the port. */
async function besideWhat(url: string): Promise<string> {
  const other = await readRelayStatus(url, 2_000).catch(() => undefined)
  return other === undefined
    ? ' (here RELAY_GRPC_PORT and RELAY_HTTP_PORT choose them)'
    : `: a relay runs there by itself (process ${other.pid}); end it and run \`up\` again, or keep it and start the stack with \`up --no-relay\``
}
