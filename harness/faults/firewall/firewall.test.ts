import { once } from 'node:events'
import { Agent } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { until } from '../../../core/poll.ts'
import { grpcServer, httpServer } from '../../../generators/emit/testing/test-servers.ts'
import { grpcClient, post } from '../testing/clients.ts'
import { type Firewall, startFirewall } from './firewall.ts'

const startTarget = () => grpcServer((done) => done(null, Buffer.alloc(0)))
const startHttpTarget = () => httpServer((response) => response.end('{}'))
const addressOf = (server: { endpoint: string }) => server.endpoint.replace('http://', '')
/** A full queue is known to drop on Linux; elsewhere the firewall says itself that it did not. */
const onLinux = test.skipIf(process.platform !== 'linux')

/** Until so many connects of clients hang, each asked again by its kernel at least once: proof without a look at a clock. */
const hanging = (firewall: Firewall, connects: number) =>
  until('connects that hang', async () => ((await firewall.unanswered())?.askedAgain ?? 0) >= connects, {
    timeoutMs: 120_000,
  })

test('open: forwards both ways and claims no effect', async () => {
  await using target = await startTarget()
  await using firewall = await startFirewall('open', target.endpoint)
  using client = grpcClient(firewall.endpoint)
  const body = Buffer.alloc(1_000_000, 1)
  expect(await client.call(5_000, body)).toMatchObject({ code: 'OK' })
  expect(target.received[0]?.body).toEqual(body)
  expect(firewall.effect()).toBeUndefined()
})

test('reject: refuses at once, and resets what was established', async () => {
  await using target = await startHttpTarget()
  await using firewall = await startFirewall('open', addressOf(target))
  const established = connect(firewall.port, '127.0.0.1')
  const error = new Promise<NodeJS.ErrnoException>((resolve) => established.once('error', resolve))
  established.write('POST / HTTP/1.1\r\n')
  await until('the connection at the target', async () => established.readyState === 'open', { timeoutMs: 120_000 })
  expect(await post(`http://${firewall.endpoint}`, 5_000)).toBe('200')
  await firewall.setMode('reject')
  expect((await error).code).toBe('ECONNRESET')
  expect(await post(`http://${firewall.endpoint}`, 5_000)).toBe('ECONNREFUSED')
  using client = grpcClient(firewall.endpoint)
  expect(await client.call(5_000)).toMatchObject({
    code: 'UNAVAILABLE',
    details: expect.stringContaining('ECONNREFUSED'),
  })
  expect(firewall.effect()).toMatch(/was refused after \d+ ms \(ECONNREFUSED\)/)
  expect(target.received).toHaveLength(1)
})

test('reject: the same client gets through after the heal, on the same port', async () => {
  await using target = await startTarget()
  await using firewall = await startFirewall('reject', target.endpoint)
  using client = grpcClient(firewall.endpoint)
  expect(await client.call(5_000)).toMatchObject({ code: 'UNAVAILABLE' })
  await firewall.setMode('open')
  await until('a call that gets through', async () => (await client.call(5_000)).code === 'OK', { timeoutMs: 120_000 })
  expect(target.received).toHaveLength(1)
  expect(firewall.effect()).toContain('ECONNREFUSED')
})

onLinux('drop: connects stay in SYN_SENT, whose clients run into their own limits', async () => {
  await using target = await startTarget()
  await using firewall = await startFirewall('drop', target.endpoint)
  expect(firewall.effect()).toMatch(/had no answer for \d{3,} ms \(SYN_SENT\), behind \d+ that fill the queue/)
  using client = grpcClient(firewall.endpoint)
  const calls = Promise.all([client.call(3_000), post(`http://${firewall.endpoint}`, 3_000)])
  await hanging(firewall, 2)
  const [grpc, http] = await calls
  expect(grpc).toMatchObject({ code: 'DEADLINE_EXCEEDED', details: expect.stringContaining('Waiting for LB pick') })
  expect(http).toBe('ABORT_ERR')
  expect(target.received).toEqual([])
})

onLinux('drop: a connect that hangs gets through after the heal, on the same port', async () => {
  await using target = await startTarget()
  await using firewall = await startFirewall('drop', target.endpoint)
  using client = grpcClient(firewall.endpoint)
  const call = client.call(20_000)
  await hanging(firewall, 1)
  await firewall.setMode('open')
  expect(await call).toMatchObject({ code: 'OK' })
  expect(target.received).toHaveLength(1)
  expect(await firewall.unanswered()).toEqual({ connects: 0, askedAgain: 0 })
  expect(firewall.effect()).toContain('SYN_SENT')
})

onLinux('drop: an established connection is silent, and goes on after the heal', async () => {
  await using target = await startHttpTarget()
  await using firewall = await startFirewall('open', addressOf(target))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  expect(await post(`http://${firewall.endpoint}`, 5_000, { agent })).toBe('200')
  await firewall.setMode('drop')
  const silent = post(`http://${firewall.endpoint}`, 20_000, { agent })
  const fresh = post(`http://${firewall.endpoint}`, 20_000)
  await hanging(firewall, 1)
  expect(target.received).toHaveLength(1)
  await firewall.setMode('open')
  expect(await Promise.all([silent, fresh])).toEqual(['200', '200'])
  agent.destroy()
})

onLinux(
  'each change shows the effect of its own mode, and nothing that filled the queue reaches the target',
  async () => {
    let connections = 0
    await using target = await startHttpTarget()
    const counting = createServer((client) => {
      connections += 1
      client.pipe(connect(Number(new URL(target.endpoint).port), '127.0.0.1')).pipe(client)
    })
    counting.listen(0, '127.0.0.1')
    await once(counting, 'listening')
    await using firewall = await startFirewall('drop', `127.0.0.1:${(counting.address() as AddressInfo).port}`)
    expect(firewall.effect()).toContain('SYN_SENT')
    await firewall.setMode('reject')
    expect(firewall.effect()).toContain('ECONNREFUSED')
    await firewall.setMode('drop')
    expect(firewall.effect()).toContain('SYN_SENT')
    await firewall.setMode('open')
    expect(await post(`http://${firewall.endpoint}`, 5_000)).toBe('200')
    expect(connections).toBe(1)
    counting.close()
  },
)

test('cannot be opened without an upstream', async () => {
  await using firewall = await startFirewall('reject')
  await expect(firewall.setMode('open')).rejects.toThrow('a firewall without an upstream cannot be opened')
  expect(firewall.mode()).toBe('reject')
})

test('frees its port at the end, also while it drops', async () => {
  const firewall = await startFirewall('drop')
  await firewall[Symbol.asyncDispose]()
  expect(await post(`http://${firewall.endpoint}`, 5_000)).toBe('ECONNREFUSED')
})
