// Which of the variables that name a proxy each client heeds.
import { describe, expect, test } from 'vitest'
import { grpcThrough, postThrough, startHttpTarget, startTarget, withoutProxies } from '../testing/proxied-clients.ts'
import { startConnectProxy } from './connect-proxy.ts'

withoutProxies()

describe('which variables count', () => {
  test.each([
    ['grpc_proxy', true],
    ['https_proxy', true],
    ['http_proxy', true],
    ['GRPC_PROXY', false],
    ['HTTPS_PROXY', false],
    ['HTTP_PROXY', false],
  ])('grpc-js takes %s: %s', async (name, isTaken) => {
    await using target = await startTarget()
    await using proxy = await startConnectProxy()
    using client = grpcThrough(target.endpoint, { [name]: proxy.url })
    expect(await client.call(10_000)).toMatchObject({ code: 'OK' })
    expect(proxy.counts().tunnelled).toBe(isTaken ? 1 : 0)
  })

  /** Exception, host, whether grpc-js and node:http leave the proxy out for it. */
  test.each([
    ['127.0.0.1', '127.0.0.1', true, true],
    ['localhost', 'localhost', true, true],
    // A name is not its address.
    ['127.0.0.1', 'localhost', false, false],
    ['localhost', '127.0.0.1', false, false],
    ['127.0.0.0/8', '127.0.0.1', true, false],
    ['10.0.0.0/8', '127.0.0.1', false, false],
    ['127.0.0.0-127.0.0.9', '127.0.0.1', false, true],
    ['127.0.0.1:PORT', '127.0.0.1', false, true],
    ['127.0.0.1:1', '127.0.0.1', false, false],
    ['*', '127.0.0.1', false, true],
    ['.localhost', 'localhost', false, true],
    ['host', 'localhost', true, false],
    ['10.1.1.1,127.0.0.1', '127.0.0.1', true, true],
    // grpc-js does not trim,
    ['10.1.1.1, 127.0.0.1', '127.0.0.1', false, true],
    // and every name ends in the nothing after a comma.
    ['10.1.1.1,', '127.0.0.1', true, false],
    ['LOCALHOST', 'localhost', false, true],
  ])(
    'no_proxy=%s for %s: grpc-js goes straight: %s, node:http: %s',
    async (exception, host, grpcStraight, httpStraight) => {
      await using grpc = await startTarget()
      await using http = await startHttpTarget()
      await using proxy = await startConnectProxy()
      const [grpcPort = '', httpPort = ''] = [grpc, http].map(({ endpoint }) => endpoint.split(':').at(-1))
      const env = (port: string) => ({ no_proxy: exception.replace('PORT', port), http_proxy: proxy.url })
      using client = grpcThrough(`${host}:${grpcPort}`, env(grpcPort))
      expect(await client.call(10_000)).toMatchObject({ code: 'OK' })
      expect(await postThrough(`http://${host}:${httpPort}`, env(httpPort))).toBe('200')
      expect(proxy.counts()).toMatchObject({ tunnelled: grpcStraight ? 0 : 1, forwarded: httpStraight ? 0 : 1 })
    },
  )

  test('NO_PROXY in capitals: node:http heeds it, grpc-js does not', async () => {
    await using grpc = await startTarget()
    await using http = await startHttpTarget()
    await using proxy = await startConnectProxy()
    const env = { NO_PROXY: '127.0.0.1', http_proxy: proxy.url }
    using client = grpcThrough(grpc.endpoint, env)
    expect(await client.call(10_000)).toMatchObject({ code: 'OK' })
    expect(await postThrough(http.endpoint, env)).toBe('200')
    expect(proxy.counts()).toMatchObject({ tunnelled: 1, forwarded: 0 })
  })
})
