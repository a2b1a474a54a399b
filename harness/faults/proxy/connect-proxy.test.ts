import { once } from 'node:events'
import { createServer, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { until } from '../../../core/poll.ts'
import { grpcServer, httpServer } from '../../../generators/emit/testing/test-servers.ts'
import { grpcLog } from '../testing/clients.ts'
import { grpcThrough, postThrough, startHttpTarget, startTarget, withoutProxies } from '../testing/proxied-clients.ts'
import { startConnectProxy } from './connect-proxy.ts'

const users = [{ name: 'ann lee', password: 'p@:%/ss' }]

/** A target that says what it is told even while the request is still coming, and bears that it breaks off. */
async function roughTarget(answer: RequestListener): Promise<AsyncDisposable & { endpoint: string }> {
  const server = createServer((incoming, response) => {
    incoming.on('error', () => {}).resume()
    answer(incoming, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

withoutProxies()

test('tunnels gRPC and forwards HTTP, byte by byte, and counts both', async () => {
  await using grpc = await startTarget()
  await using http = await startHttpTarget()
  await using proxy = await startConnectProxy()
  const body = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251))
  using client = grpcThrough(grpc.endpoint, { grpc_proxy: proxy.url })
  expect(await client.call(10_000, body)).toMatchObject({ code: 'OK' })
  const tunnelled = proxy.counts()
  expect(tunnelled).toMatchObject({ connects: 1, tunnelled: 1, forwarded: 0, cut: 0, refused407: 0 })
  expect(tunnelled.bytesUp).toBeGreaterThan(body.length)
  expect(await postThrough(`${http.endpoint}/v1/logs`, { http_proxy: proxy.url }, body)).toBe('200')
  expect(proxy.counts()).toMatchObject({ connects: 1, forwarded: 1, bytesUp: tunnelled.bytesUp + body.length })
  expect(grpc.received[0]?.body).toEqual(body)
  expect(http.received[0]).toMatchObject({ path: '/v1/logs', body })
})

test('keeps what is between two neighbours from the target', async () => {
  await using target = await startHttpTarget()
  await using proxy = await startConnectProxy({ users })
  const { hostname, port } = new URL(proxy.url)
  const token = Buffer.from('ann lee:p@:%/ss').toString('base64')
  const hop = { connection: 'close, x-hop', 'x-hop': '1', te: 'trailers', 'proxy-authorization': `Basic ${token}` }
  const sent = request({
    hostname,
    port,
    method: 'POST',
    path: `${target.endpoint}/a?b=c`,
    headers: { ...hop, 'x-end': '2' },
  })
  const [response] = await once(sent.end('{}'), 'response')
  await once(response.resume(), 'end')
  expect(response.statusCode).toBe(200)
  expect(target.received[0]?.path).toBe('/a?b=c')
  expect(Object.keys(target.received[0]?.headers ?? {}).sort()).toEqual([
    'connection',
    'content-length',
    'host',
    'x-end',
  ])
  expect(target.received[0]?.headers.connection).not.toContain('x-hop')
})

test('lets in who knows the password, and nobody else', async () => {
  await using grpc = await startTarget()
  await using http = await startHttpTarget()
  await using proxy = await startConnectProxy({ users })
  using right = grpcThrough(grpc.endpoint, { grpc_proxy: proxy.userUrl })
  expect(await right.call(10_000)).toMatchObject({ code: 'OK' })
  expect(await postThrough(http.endpoint, { http_proxy: proxy.userUrl })).toBe('200')
  expect(proxy.counts()).toMatchObject({ tunnelled: 1, forwarded: 1, refused407: 0 })
  const wrong = proxy.url.replace('//', '//ann%20lee:wrong@')
  for (const url of [proxy.url, wrong]) {
    const before = proxy.counts().refused407
    grpcLog.length = 0
    using client = grpcThrough(grpc.endpoint, { grpc_proxy: url })
    // Why is in the log alone: to the caller it looks like a server that is away.
    expect(await client.call(10_000)).toEqual({
      code: 'UNAVAILABLE',
      details: 'No connection established. Last error: undefined. Resolution note: ',
    })
    expect(grpcLog.join()).toContain('with status 407')
    expect(await postThrough(http.endpoint, { http_proxy: url })).toBe('407')
    expect(proxy.counts()).toMatchObject({ tunnelled: 1, forwarded: 1 })
    // grpc-js may have asked more than once.
    expect(proxy.counts().refused407).toBeGreaterThanOrEqual(before + 2)
  }
  expect([grpc.received.length, http.received.length]).toEqual([1, 1])
})

test.each([
  ['answer-407', 'refused407', '407', 'Last error: undefined'],
  ['forbid', 'refused403', '403 text/plain', 'Last error: undefined'],
  // The one that looks like success to whoever reads the status alone.
  ['html', 'html', '200 text/html', 'Last error: Protocol error'],
] as const)(
  '%s: nothing reaches the target until it ends; gRPC sees a server that is away',
  async (behaviour, count, http, details) => {
    await using target = await startTarget()
    await using httpTarget = await startHttpTarget()
    await using proxy = await startConnectProxy({ users, behaviour })
    using client = grpcThrough(target.endpoint, { grpc_proxy: proxy.userUrl })
    expect(await client.call(10_000)).toMatchObject({ code: 'UNAVAILABLE', details: expect.stringContaining(details) })
    const seen = proxy.counts()[count]
    expect(seen).toBeGreaterThan(0)
    expect(await postThrough(httpTarget.endpoint, { http_proxy: proxy.userUrl })).toBe(http)
    expect(proxy.counts()[count]).toBeGreaterThan(seen)
    expect([target.received.length, httpTarget.received.length, proxy.counts().bytesUp]).toEqual([0, 0, 0])
    proxy.setBehaviour('tunnel')
    await until('a call through the proxy', async () => (await client.call(10_000)).code === 'OK', {
      timeoutMs: 120_000,
    })
    expect(await postThrough(httpTarget.endpoint, { http_proxy: proxy.userUrl })).toBe('200')
    expect(proxy.counts()).toMatchObject({ tunnelled: 1, forwarded: 1 })
  },
)

test('a target that is away is 502 to HTTP and a server that is away to gRPC', async () => {
  await using proxy = await startConnectProxy()
  using client = grpcThrough('127.0.0.1:1', { grpc_proxy: proxy.url })
  expect(await client.call(10_000)).toMatchObject({ code: 'UNAVAILABLE' })
  expect(await postThrough('http://127.0.0.1:1', { http_proxy: proxy.url })).toBe('502 text/plain')
  expect(proxy.counts().unreachable).toBeGreaterThanOrEqual(2)
  expect(proxy.counts().tunnelled).toBe(0)
})

describe('cuts', () => {
  test('in the middle of a request: exactly so many bytes went on, and the client sees a reset', async () => {
    await using grpc = await startTarget()
    await using http = await roughTarget(() => {})
    const body = Buffer.alloc(1_000_000)
    {
      await using proxy = await startConnectProxy({ cutAfterBytes: 100_000 })
      using client = grpcThrough(grpc.endpoint, { grpc_proxy: proxy.url })
      expect(await client.call(10_000, body)).toMatchObject({
        code: 'UNAVAILABLE',
        details: expect.stringMatching(/ECONNRESET|EPIPE/),
      })
      const { cut, bytesUp, bytesDown } = proxy.counts()
      expect(cut).toBeGreaterThan(0)
      expect(bytesUp + bytesDown).toBe(100_000 * cut)
    }
    await using proxy = await startConnectProxy({ cutAfterBytes: 100_000 })
    expect(await postThrough(http.endpoint, { http_proxy: proxy.url }, body)).toMatch(/^(ECONNRESET|EPIPE)$/)
    expect(proxy.counts()).toMatchObject({ cut: 1, bytesUp: 100_000, bytesDown: 0 })
    expect(grpc.received).toEqual([])
  })

  test('before the answer: the target has it all, and the client cannot know', async () => {
    await using grpc = await grpcServer(() => {})
    await using http = await httpServer(() => {})
    await using proxy = await startConnectProxy()
    using client = grpcThrough(grpc.endpoint, { grpc_proxy: proxy.url })
    const results = Promise.all([client.call(20_000), postThrough(http.endpoint, { http_proxy: proxy.url })])
    await until('both requests', async () => grpc.received.length + http.received.length === 2, { timeoutMs: 120_000 })
    expect(proxy.cutOpen()).toBe(2)
    expect(await results).toEqual([{ code: 'UNAVAILABLE', details: 'read ECONNRESET' }, 'ECONNRESET'])
    expect(proxy.counts().cut).toBe(2)
  })

  test('after so long, each tunnel and each exchange', async () => {
    await using grpc = await grpcServer(() => {})
    await using http = await httpServer(() => {})
    await using proxy = await startConnectProxy({ cutAfterMs: 200 })
    using client = grpcThrough(grpc.endpoint, { grpc_proxy: proxy.url })
    const results = Promise.all([client.call(20_000), postThrough(http.endpoint, { http_proxy: proxy.url })])
    expect(await results).toMatchObject([{ code: 'UNAVAILABLE' }, 'ECONNRESET'])
    expect(proxy.counts().cut).toBeGreaterThanOrEqual(2)
  })

  test('in the middle of an answer', async () => {
    await using target = await roughTarget((_, response) => void response.writeHead(200).write(Buffer.alloc(1_000)))
    await using proxy = await startConnectProxy({ cutAfterBytes: 502 })
    expect(await postThrough(target.endpoint, { http_proxy: proxy.url })).toBe('ECONNRESET')
    expect(proxy.counts()).toMatchObject({ cut: 1, bytesUp: 2, bytesDown: 500 })
  })

  test('what is open, on demand: a channel asks for a new tunnel and gets what holds then', async () => {
    await using target = await startTarget()
    await using proxy = await startConnectProxy()
    using client = grpcThrough(target.endpoint, { grpc_proxy: proxy.url })
    expect(await client.call(10_000)).toMatchObject({ code: 'OK' })
    proxy.setBehaviour('answer-407')
    // The tunnel is open already: nobody asks it for a password again.
    expect(await client.call(10_000)).toMatchObject({ code: 'OK' })
    expect(proxy.cutOpen()).toBe(1)
    const refused = async () => (await client.call(10_000)).code === 'UNAVAILABLE' && proxy.counts().refused407 > 0
    await until('a refused tunnel', refused, { timeoutMs: 120_000 })
    expect(proxy.cutOpen()).toBe(0)
    expect(proxy.counts()).toMatchObject({ tunnelled: 1, cut: 1 })
  })
})
