// The relay of the daily stack: a process beside it, which keeps what comes while the stack is being restarted or is ill.
import { join } from 'node:path'
import { atExit, stopSignal } from '../../core/cleanup.ts'
import { MachineError, UsageError } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import { startProcess, tailOf } from '../../core/process.ts'
import { relayLaunch } from '../client/relay/launch.ts'
import { Registration } from '../runtime/register.ts'
import { dailyDirectory } from './state.ts'

const READY_TIMEOUT_MS = 15_000

export interface DailyRelay {
  readonly endpoints: { readonly otlpGrpc: string; readonly otlpHttp: string }
  readonly logFile: string
}

/** Starts it on its own ports; it ends with this process, and what it has parked waits for its next start. @throws MachineError when it does not come up */
export async function startRelay(stackDirectory: string, backend: string): Promise<DailyRelay> {
  const grpcPort = process.env.RELAY_GRPC_PORT ?? '4319'
  const httpPort = process.env.RELAY_HTTP_PORT ?? '4320'
  if (Number(grpcPort) === 0 || Number(httpPort) === 0)
    throw new UsageError(
      'RELAY_GRPC_PORT and RELAY_HTTP_PORT must be ports of your choice, not 0: clients are told them',
    )
  const logFile = join(dailyDirectory(), 'relay.log')
  const { command, args, env } = relayLaunch(stackDirectory, [
    ...['--backend', backend, '--grpc-port', grpcPort, '--http-port', httpPort],
  ])
  const own = Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : [])))
  const registration = await Registration.open(`${process.pid}-relay`)
  const relay = await startProcess({ command, args, env: { ...own, ...env }, logFile })
  // Should this process be killed, the next start of a stack, or `down`, ends what it left.
  await registration.addProcess(relay.pid)
  atExit(async () => {
    relay.signal('SIGTERM')
    await relay.ended
    await registration[Symbol.asyncDispose]()
  })
  const endpoints = { otlpGrpc: `127.0.0.1:${grpcPort}`, otlpHttp: `http://127.0.0.1:${httpPort}` }
  const state = await until(
    `the relay on ${endpoints.otlpHttp}`,
    async () => {
      if (!relay.alive()) return 'ended' as const
      return (
        (await fetch(`${endpoints.otlpHttp}/health`, { signal: AbortSignal.timeout(2_000) })).ok && ('ready' as const)
      )
    },
    { timeoutMs: READY_TIMEOUT_MS, signal: stopSignal },
  )
  if (state === 'ended')
    throw new MachineError(
      `the relay did not come up: ${(await tailOf(logFile, 1)).join('')} (here RELAY_GRPC_PORT and RELAY_HTTP_PORT choose them)`,
    )
  return { endpoints, logFile }
}
