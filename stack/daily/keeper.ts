// The process that keeps the daily stack running in the background: starts it, writes down where it is, starts again what ends of it, and
// ends with it.
import { join } from 'node:path'
import { atExit, cleanUp, installSignalHandlers, stopSignal } from '../../core/cleanup.ts'
import { isoTime, nowMs, sleep, stayAlive } from '../../core/clock.ts'
import { makeDirectories } from '../../core/directories.ts'
import { messageOf, UserError } from '../../core/errors.ts'
import { stackDirectory } from '../../core/paths.ts'
import { processMark } from '../../core/process.ts'
import { chooseRuntime } from '../runtime/auto/choose.ts'
import { isRuntimeKind, type RuntimeKind, type Stack } from '../runtime/runtime.ts'
import { rotateLogs } from './log-files.ts'
import { type DailyRelay, startRelay } from './relay.ts'
import { requireVariables, set } from './startable.ts'
import { codeOf, startedWith } from './started-with.ts'
import {
  dailyDirectory,
  dailyProject,
  dailySecrets,
  keeperLog,
  logDirectory,
  removeState,
  writeEndings,
  writeState,
} from './state.ts'
import { type Endings, renderEndings, type Supervised, supervise } from './supervisor.ts'

const LOOK_AT_LOGS_MS = 10_000
const SERVICES = ['clickhouse', 'otel-collector'] as const

/** What the keeper tells whoever started it. */
export type KeeperMessage =
  | { readonly kind: 'progress'; readonly message: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string; readonly exitCode: number }

export interface DailyOptions {
  readonly kind: RuntimeKind
  readonly relay: boolean
}

/** Starts the daily stack in this process, which supervises it from then on. @throws UserError when it does not come up */
export async function startDaily(options: DailyOptions, progress: (message: string) => void): Promise<void> {
  requireVariables(process.env)
  const runtime = await chooseRuntime(options.kind, stackDirectory)
  const files = await startedWith(stackDirectory, process.env)
  const code = await codeOf(stackDirectory)
  await makeDirectories(logDirectory(), 0o700)
  const stack = await runtime.start({
    stackDirectory,
    ports: 'fixed',
    variables: { ...(await dailySecrets()), ...set(process.env) },
    dataDirectory: join(dailyDirectory(), 'data'),
    logDirectory: logDirectory(),
    daily: true,
    projectName: dailyProject(),
    progress,
  })
  const relay = options.relay ? await startRelay(stackDirectory, stack.endpoints.otlpHttp, stack.salt) : undefined
  atExit(removeState)
  const user = (name: 'admin' | 'ingest' | 'analyst') => ({ name, password: stack.passwords[name] })
  const logs = {
    ...Object.fromEntries(SERVICES.map((name) => [name, [...stack.service(name).logFiles]])),
    ...(relay ? { relay: [relay.logFile] } : {}),
  }
  await writeEndings([])
  await writeState({
    keeper: { pid: process.pid, mark: processMark(process.pid) ?? '' },
    startedAt: isoTime(nowMs()),
    runtime: runtime.kind,
    endpoints: stack.endpoints,
    database: stack.database,
    users: { admin: user('admin'), ingest: user('ingest'), analyst: user('analyst') },
    components: [...stack.components],
    logs,
    ...(relay ? { relay: relay.endpoints } : {}),
    startedWith: files,
    code,
  })
  console.log(`${isoTime(nowMs())} the stack is up, kept by process ${process.pid}`)
  stopSignal.addEventListener('abort', () => console.log(`${isoTime(nowMs())} ${messageOf(stopSignal.reason)}`))
  superviseAll(stack, relay)
  keepLogsSmall([...Object.values(logs).flat(), keeperLog()])
  // Containers keep no process of ours waiting.
  stayAlive()
}

/** Containers are started again by their engine. */
function superviseAll(stack: Stack, relay: DailyRelay | undefined): void {
  const services = SERVICES.flatMap((name): Supervised[] => {
    const handle = stack.service(name)
    const ended = handle.ended?.bind(handle)
    return ended ? [{ name, ended, start: () => handle.start(), logs: (lines) => handle.logs(lines) }] : []
  })
  const all = new Map<string, Endings>()
  const record = async (endings: Endings) => {
    all.set(endings.service, endings)
    console.log(`${isoTime(nowMs())} ${renderEndings(endings)}`)
    if (endings.nextAt !== null) for (const line of endings.lines) console.log(`    ${line}`)
    await writeEndings([...all.values()]).catch((error: unknown) => console.log(messageOf(error)))
  }
  for (const service of [...services, ...(relay ? [relay] : [])]) {
    // What ends while everything is stopped has not ended by accident.
    const byAccident = async () => {
      const how = await service.ended()
      stopSignal.throwIfAborted()
      return how
    }
    const supervised = { ...service, ended: byAccident }
    supervise(supervised, { nowMs, sleep: (ms) => sleep(ms, stopSignal), record }).catch((error: unknown) => {
      if (!stopSignal.aborted) console.log(`${service.name} is no longer supervised: ${messageOf(error)}`)
    })
  }
}

async function keepLogsSmall(files: readonly string[]): Promise<void> {
  while (!stopSignal.aborted) {
    await rotateLogs(files).catch((error: unknown) => console.log(`the logs cannot be rotated: ${messageOf(error)}`))
    await sleep(LOOK_AT_LOGS_MS, stopSignal, { keepAlive: false }).catch(() => {})
  }
}

/** As a process of its own, in the background: runs until SIGTERM. */
async function keep(options: DailyOptions): Promise<void> {
  installSignalHandlers()
  const tell = (message: KeeperMessage) => {
    if (process.connected) process.send?.(message)
  }
  try {
    await startDaily(options, (message) => tell({ kind: 'progress', message }))
    tell({ kind: 'ready' })
  } catch (error) {
    tell({ kind: 'failed', message: messageOf(error), exitCode: error instanceof UserError ? error.exitCode : 70 })
    await cleanUp()
    process.exit(1)
  }
  // The channel to the starter would keep it waiting.
  if (process.connected) process.disconnect?.()
}

if (import.meta.main) {
  const [, , kind = '', relay] = process.argv
  await keep({ kind: isRuntimeKind(kind) ? kind : 'embedded', relay: relay === 'relay' })
}
