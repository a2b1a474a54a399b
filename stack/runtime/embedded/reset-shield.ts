// Stands before the native port of libchdb, in its process: a connection that is reset reaches the engine as one that was closed.
// libchdb is ClickHouse as a local tool, which ends itself ("Terminate called for uncaught exception") where the server only logs
// that a client was reset. Loaded with `--import` before clickhouse-host.ts; the query of its URL says where: `?front=HOST:PORT&engine=HOST:PORT`.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

interface Address {
  readonly host: string
  readonly port: number
}

interface Ends {
  /** Where clients come to, */
  readonly front: Address
  /** and where the engine listens, which nobody else is told. */
  readonly engine: Address
}

if (isMainThread) {
  // The engine blocks this thread for good.
  const ends: Ends = { front: addressIn('front'), engine: addressIn('engine') }
  await once(new Worker(new URL(import.meta.url), { workerData: ends, execArgv: [] }), 'message')
} else if (workerData) {
  // Any other thread of the process loads this too, and has nothing to do with it.
  const { front, engine } = workerData as Ends
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => greet(client, engine))
  server.listen(front.port, front.host, () => parentPort?.postMessage('listening'))
}

function addressIn(name: string): Address {
  const { hostname, port } = new URL(`tcp://${new URL(import.meta.url).searchParams.get(name)}`)
  return { host: hostname, port: Number(port) }
}

/** Half a greeting would end the engine too: it is held back until it is whole. */
function greet(client: Socket, engine: Address): void {
  let greeting: Buffer = Buffer.alloc(0)
  const listen = (chunk: Buffer) => {
    greeting = Buffer.concat([greeting, chunk])
    if (!isWhole(greeting)) return
    client.off('data', listen).off('end', leave).pause()
    client.unshift(greeting)
    join(client, engine)
  }
  const leave = () => client.destroy()
  client.on('data', listen).on('error', leave).on('end', leave)
}

/** A client's hello of ClickHouse's native protocol: its name, three numbers, database, user, password. Anything else is none. */
function isWhole(bytes: Buffer): boolean {
  if (bytes[0] !== 0) return true
  let at = 1
  const number = () => {
    let value = 0
    let shift = 0
    for (; (bytes[at] ?? 0) > 127; at += 1, shift += 7) value += ((bytes[at] ?? 0) & 127) * 2 ** shift
    value += (bytes[at] ?? 0) * 2 ** shift
    at += 1
    return value
  }
  const text = () => {
    const length = number()
    at += length
  }
  text()
  for (let numbers = 0; numbers < 3; numbers += 1) number()
  for (let texts = 0; texts < 3; texts += 1) text()
  return at <= bytes.length
}

function join(client: Socket, engine: Address): void {
  const behind = connect({ ...engine, allowHalfOpen: true, noDelay: true })
  client.pipe(behind)
  behind.pipe(client)
  // Whatever became of the client, the engine may finish what it was saying.
  const leave = () => {
    behind.end()
    behind.resume()
  }
  client.on('error', leave).on('close', leave)
  behind.on('error', () => client.destroy()).on('close', () => client.destroy())
}
