// Looks at a port as a client does: does a connect get through, is it refused, or does it hang without any answer?
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { monotonicMs, sleep } from '../../../core/clock.ts'

export interface Probe {
  /** The code is that of the error: `ECONNREFUSED` … */
  readonly outcome: 'connected' | 'hangs' | `E${string}`
  readonly elapsedMs: number
  /** Still open when it connected or hangs. */
  readonly socket: Socket
}

/** Tries to connect for so long. */
export async function probe(port: number, hangMs: number): Promise<Probe> {
  const startMs = monotonicMs()
  const socket = connect({ host: '127.0.0.1', port })
  const settled = new Promise<Probe['outcome']>((resolve) => {
    socket.once('connect', () => resolve('connected'))
    socket.on('error', (error: NodeJS.ErrnoException) => resolve((error.code ?? 'EUNKNOWN') as `E${string}`))
  })
  const waited = new AbortController()
  // A busy process may see the timer before the answer that was there first: look at the sockets once more.
  const hung = sleep(hangMs, waited.signal).then(() => nextTurn('hangs' as const))
  hung.catch(() => {})
  const outcome = await Promise.race([settled, hung])
  waited.abort()
  return { outcome, elapsedMs: monotonicMs() - startMs, socket }
}

/** Connects to a loopback port that wait for the first answer. */
export interface Unanswered {
  readonly connects: number
  /** Those of them for which the kernel has asked again already. */
  readonly askedAgain: number
}

/** What the kernel's own table says (state SYN_SENT); undefined on systems that have none. */
export async function unanswered(port: number): Promise<Unanswered | undefined> {
  if (process.platform !== 'linux') return undefined
  const remote = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = (await readFile('/proc/net/tcp', 'utf8'))
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    // Fields 2 and 3 are the remote address and the state, field 6 counts what was sent again.
    .filter((fields) => fields[2] === remote && fields[3] === '02')
  return {
    connects: rows.length,
    askedAgain: rows.filter((fields) => Number.parseInt(fields[6] ?? '0', 16) > 0).length,
  }
}
