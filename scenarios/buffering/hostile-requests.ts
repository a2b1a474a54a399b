// Requests that would harm the relay: each gets its answer, and what comes after it is passed on.
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { sendRaw } from '../../generators/emit/send-raw.ts'
import { throughRelay } from '../../harness/rigs/relay-rig.ts'
import type { Definition } from '../../harness/scenario.ts'

export const hostileRequests: Definition = {
  name: 'hostile-requests',
  title: 'survives oversized, truncated, gzip-bomb and non-OTLP requests',
  requirements: ['R11'],
  profile: 'full',
  run: (context) =>
    throughRelay(context, 'hostile-requests', {}, async ({ experiment, phases, send, relay }) => {
      await send(phases.before)
      for (const [what, status, expected] of await hostileAnswers(relay.http))
        experiment.check('relay', what, { actual: status, expected })
      await send(phases.during)
      await send(phases.after)
      const { memory } = await relay.status()
      experiment.check('relay', 'bytes of requests in memory', { actual: memory.requestsBytes, expected: 0 })
    }),
}

/** What was sent, how it was answered, and how it must be. */
async function hostileAnswers(http: string): Promise<[string, unknown, unknown][]> {
  const post = async (headers: Record<string, string>, body: Buffer, contentType = 'application/x-protobuf') =>
    (
      await sendRaw({ endpoint: http, path: '/v1/logs', body, contentType, headers, timeoutMs: 10_000 }).catch(
        () => undefined,
      )
    )?.status
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024))
  // A server that does not read on may cut the connection before its answer is read.
  const large = await post({}, Buffer.alloc(100 * 1024 * 1024))
  return [
    ['100 MB are refused', large === 413 || large === undefined, true],
    ['a gzip bomb', await post({ 'content-encoding': 'gzip' }, bomb), 413],
    ['broken gzip', await post({ 'content-encoding': 'gzip' }, Buffer.from('no gzip')), 400],
    ['no OTLP', await post({}, Buffer.from('<html>')), 400],
    ['no JSON', await post({}, Buffer.from('{'), 'application/json'), 400],
    ['another content type', await post({}, Buffer.from('x'), 'text/plain'), 415],
    ['half a request', await halfRequest(http), 'cut off'],
  ]
}

/** Says that it will send more than it does, and goes away. */
async function halfRequest(http: string): Promise<string> {
  const { port, hostname } = new URL(http)
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `POST /v1/logs HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: 5000\r\n\r\nhalf`,
        () => {
          socket.destroy()
          resolve()
        },
      )
    })
    socket.once('error', reject)
  })
  return 'cut off'
}
