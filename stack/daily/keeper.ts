// The process that keeps the daily stack running in the background: starts it, writes down where it is, ends with it.
import { join } from 'node:path'
import { atExit, cleanUp, installSignalHandlers } from '../../core/cleanup.ts'
import { isoTime, nowMs, stayAlive } from '../../core/clock.ts'
import { messageOf, UsageError, UserError } from '../../core/errors.ts'
import { stackDirectory } from '../../core/paths.ts'
import { processMark } from '../../core/process.ts'
import { chooseRuntime } from '../runtime/auto/choose.ts'
import { startRelay } from './relay.ts'
import { dailyDirectory, dailyProject, dailySecrets, removeState, writeState } from './state.ts'

/** What the keeper tells whoever started it. */
export type KeeperMessage =
  | { readonly kind: 'progress'; readonly message: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string; readonly exitCode: number }

function tell(message: KeeperMessage): void {
  if (process.connected) process.send?.(message)
}

/** Runs until SIGTERM. */
export async function keep(kind: 'embedded' | 'docker', withRelay: boolean): Promise<void> {
  installSignalHandlers()
  try {
    const environment = Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    )
    requirePercentage(process.env.TELEMETRY_SAMPLING_PERCENTAGE)
    const runtime = await chooseRuntime(kind, stackDirectory)
    const stack = await runtime.start({
      stackDirectory,
      ports: 'fixed',
      variables: { ...(await dailySecrets()), ...environment },
      dataDirectory: join(dailyDirectory(), 'data'),
      projectName: dailyProject(),
      progress: (message) => tell({ kind: 'progress', message }),
    })
    const relay = withRelay ? await startRelay(stackDirectory, stack.endpoints.otlpHttp) : undefined
    atExit(removeState)
    const user = (name: 'admin' | 'ingest' | 'analyst') => ({ name, password: stack.passwords[name] })
    await writeState({
      keeper: { pid: process.pid, mark: processMark(process.pid) ?? '' },
      startedAt: isoTime(nowMs()),
      runtime: runtime.kind,
      endpoints: stack.endpoints,
      database: stack.database,
      users: { admin: user('admin'), ingest: user('ingest'), analyst: user('analyst') },
      components: [...stack.components],
      logs: {
        ...Object.fromEntries(
          (['clickhouse', 'otel-collector'] as const).map((name) => [name, [...stack.service(name).logFiles]]),
        ),
        ...(relay ? { relay: [relay.logFile] } : {}),
      },
      ...(relay ? { relay: relay.endpoints } : {}),
    })
    tell({ kind: 'ready' })
  } catch (error) {
    tell({ kind: 'failed', message: messageOf(error), exitCode: error instanceof UserError ? error.exitCode : 70 })
    await cleanUp()
    process.exit(1)
  }
  // Containers keep no process of ours waiting.
  stayAlive()
  // The channel to the starter would keep it waiting.
  if (process.connected) process.disconnect?.()
}

/** The collector would take 200 for 100, and tell a word by a line of its configuration. */
function requirePercentage(value: string | undefined): void {
  if (value === undefined || value === '') return
  const percentage = Number(value)
  if (!(percentage >= 0 && percentage <= 100))
    throw new UsageError(`TELEMETRY_SAMPLING_PERCENTAGE=${value}: must be a number from 0 to 100`)
}

if (import.meta.main) await keep(process.argv[2] === 'docker' ? 'docker' : 'embedded', process.argv[3] === 'relay')
