// The relay of the daily stack: a process beside it, which keeps what comes while the stack is being restarted or is ill.
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { atExit, stopSignal } from '../../core/cleanup.ts'
import { monotonicMs, sleep } from '../../core/clock.ts'
import { MachineError, UsageError } from '../../core/errors.ts'
import { until } from '../../core/poll.ts'
import { startProcess, tailOf } from '../../core/process.ts'
import { relayLaunch } from '../client/relay/launch.ts'
import { readRelayStatus } from '../client/relay/status.ts'
import { Registration } from '../runtime/running-stacks.ts'
import { dailyDirectory } from './state.ts'

const READY_TIMEOUT_MS = 15_000
/** Until it is started again when it has ended by itself; twice as long each time, until it has lived for the longest. */
const AGAIN_MS = { first: 500, longest: 60_000 }

export interface DailyRelay {
  readonly endpoints: { readonly otlpGrpc: string; readonly otlpHttp: string }
  readonly logFile: string
}

/**
 * Starts it on its own ports, and again should it be killed; it ends with this process, and what it has parked waits for its next
 * start.
 * @throws MachineError when it does not come up
 */
export async function startRelay(stackDirectory: string, backend: string): Promise<DailyRelay> {
  const grpcPort = process.env.RELAY_GRPC_PORT ?? '4319'
  const httpPort = process.env.RELAY_HTTP_PORT ?? '4320'
  if (Number(grpcPort) === 0 || Number(httpPort) === 0)
    throw new UsageError(
      'RELAY_GRPC_PORT and RELAY_HTTP_PORT must be ports of your choice, not 0: clients are configured with them',
    )
  const logFile = join(dailyDirectory(), 'relay.log')
  const { command, args, env } = relayLaunch(stackDirectory, [
    ...['--backend', backend, '--grpc-port', grpcPort, '--http-port', httpPort],
  ])
  const own = Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : [])))
  const registration = await Registration.open(`${process.pid}-relay`)
  const launch = async () => {
    const launched = await startProcess({ command, args, env: { ...own, ...env }, logFile })
    // Should this process be killed, the next start of a stack, or `down`, ends what it left.
    await registration.addProcess(launched.pid)
    return launched
  }
  let relay = await launch()
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
      // Another relay may hold the port.
      return (await readRelayStatus(endpoints.otlpHttp, 2_000)).pid === relay.pid && ('ready' as const)
    },
    { timeoutMs: READY_TIMEOUT_MS, signal: stopSignal },
  )
  const [last = ''] = await tailOf(logFile, 1)
  if (state === 'ended')
    throw new MachineError(
      `the relay did not come up: ${last}${last.includes(' is taken') ? ' (here RELAY_GRPC_PORT and RELAY_HTTP_PORT choose them)' : ''}`,
    )
  const keepUp = async () => {
    for (let waitMs = AGAIN_MS.first; ; waitMs = Math.min(2 * waitMs, AGAIN_MS.longest)) {
      const startMs = monotonicMs()
      await relay.ended
      stopSignal.throwIfAborted()
      if (monotonicMs() - startMs > AGAIN_MS.longest) waitMs = AGAIN_MS.first
      await appendFile(logFile, `telemetry: the relay ended (${relay.exit()}); it is started again\n`)
      await sleep(waitMs, stopSignal)
      relay = await launch()
    }
  }
  // It rejects when this process is to end.
  keepUp().catch(() => {})
  return { endpoints, logFile }
}
