// The worker thread of a firewall, which alone listens: while it stands still, the kernel has nobody to give a connection to.
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { reset } from '../sockets/reset.ts'

/** `open` forwards, `reject` answers with a reset, `drop` with nothing. */
export type FirewallMode = 'open' | 'reject' | 'drop'

/** The thread is told a mode and says it back once it holds; for `drop`, as it begins to stand still. */
export interface GateData {
  readonly port: number
  /** Its only number is 1 while the thread must stand still: asleep there, it can be told nothing else. */
  readonly standStill: Int32Array
  readonly upstream: { readonly host: string; readonly port: number } | undefined
}

/** Room for a burst. */
const OPEN_BACKLOG = 511
/** Soon full: connects that come after this many (and the kernel's rounding) are dropped. */
const DROP_BACKLOG = 1

/** Where two may listen on one port, the next listens before the last stops: there is no moment in which the port is closed. */
const CAN_SHARE = process.platform === 'linux'

const { port, standStill, upstream }: GateData = workerData
const joined = new Set<Socket>()
let server: Server | undefined

parentPort?.on('message', (mode: FirewallMode) => void obey(mode))

async function obey(mode: FirewallMode): Promise<void> {
  if (!CAN_SHARE) server?.close()
  const next = mode === 'reject' ? undefined : await listen(mode)
  if (CAN_SHARE) server?.close()
  server = next
  if (mode === 'reject') for (const socket of joined) reset(socket)
  parentPort?.postMessage(mode)
  if (mode === 'drop') Atomics.wait(standStill, 0, 1)
}

/** Nothing of what waits in the queue of `drop` is ever forwarded: it is reset. */
async function listen(mode: 'open' | 'drop'): Promise<Server> {
  const isOpen = mode === 'open'
  const next = createServer({ allowHalfOpen: true, noDelay: true }, isOpen ? forward : refuse)
  const backlog = isOpen ? OPEN_BACKLOG : DROP_BACKLOG
  next.listen({ host: '127.0.0.1', port, backlog, exclusive: true, reusePort: CAN_SHARE })
  await once(next, 'listening')
  return next
}

function refuse(client: Socket): void {
  client.on('error', () => {})
  reset(client)
}

function forward(client: Socket): void {
  if (upstream === undefined) {
    refuse(client)
    return
  }
  const onward = connect({ ...upstream, allowHalfOpen: true, noDelay: true })
  join(client, onward)
  join(onward, client)
}

/** One direction; an error or the end of a connection is that of the other too. */
function join(from: Socket, to: Socket): void {
  joined.add(from)
  from.pipe(to)
  from.on('error', () => reset(to))
  from.once('close', () => {
    joined.delete(from)
    to.destroy()
  })
}
