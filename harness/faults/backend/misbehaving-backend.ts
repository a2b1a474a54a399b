// A backend that does everything but what it should, in front of one that works: it answers as told, and counts what it did.
import { once } from 'node:events'
import { createServer, request, type Server, type ServerResponse } from 'node:http'

export const misbehaviours = [
  'unavailable',
  'too many requests',
  'bad gateway',
  'gateway timeout',
  'internal error',
  'page',
  'garbage',
  'silence',
  'hang up',
] as const
export type Misbehaviour = (typeof misbehaviours)[number]

export interface MisbehavingBackend extends AsyncDisposable {
  /** http://host:port */
  readonly endpoint: string
  /** `pass` hands on to the backend that works. */
  behave(as: Misbehaviour | 'pass'): void
  /** Requests that met each. */
  counts(): Readonly<Partial<Record<Misbehaviour, number>>>
}

/** Starts one on a free port. @param upstream `http://host:port` of a collector */
export async function startMisbehavingBackend(upstream: string): Promise<MisbehavingBackend> {
  let behaviour: Misbehaviour | 'pass' = 'pass'
  const counts: Partial<Record<Misbehaviour, number>> = {}
  const server = createServer(async (incoming, response) => {
    const parts: Buffer[] = []
    try {
      for await (const part of incoming) parts.push(part)
    } catch {
      return
    }
    if (behaviour !== 'pass') {
      counts[behaviour] = (counts[behaviour] ?? 0) + 1
      return misbehave(behaviour, response)
    }
    const onward = request(new URL(incoming.url ?? '/', upstream), {
      method: incoming.method,
      headers: incoming.headers,
    })
    onward.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.once('error', () => response.destroy())
    onward.end(Buffer.concat(parts))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${portOf(server)}`,
    behave: (as) => {
      behaviour = as
    },
    counts: () => ({ ...counts }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function misbehave(as: Misbehaviour, response: ServerResponse): void {
  const answers: Partial<Record<Misbehaviour, () => void>> = {
    unavailable: () => response.writeHead(503, { 'retry-after': '1' }).end(),
    'too many requests': () => response.writeHead(429, { 'retry-after': '1' }).end(),
    'bad gateway': () => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
    'gateway timeout': () => response.writeHead(504).end(),
    'internal error': () => response.writeHead(500, { 'content-type': 'text/plain' }).end('oh'),
    page: () => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Please log in</h1>'),
    garbage: () =>
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(Buffer.from([0xff, 0xff, 0xff])),
    'hang up': () => void response.destroy(),
  }
  // Silence holds the connection and says nothing.
  answers[as]?.()
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
