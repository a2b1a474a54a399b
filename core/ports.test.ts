import { createSocket } from 'node:dgram'
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { freePort, holderOf, isFree } from './ports.ts'

const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
})

async function hold(): Promise<number> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('ports', () => {
  test('a free port can be listened on', async () => {
    const port = await freePort()
    expect(port).toBeGreaterThan(1023)
    expect(await isFree('127.0.0.1', port)).toBe(true)
  })

  test('a port that somebody listens on is not free', async () => {
    const port = await hold()
    expect(await isFree('127.0.0.1', port)).toBe(false)
    expect(await isFree('0.0.0.0', port)).toBe(false)
  })

  test('the holder of a port is told by its process, and somebody else where nobody is found', async () => {
    const port = await hold()
    expect(await holderOf(port)).toMatch(new RegExp(`^\\S.* \\(process ${process.pid}\\)$`))
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve))
    expect(await holderOf(port)).toBe('another program')
  })
})

test('a port that was handed out is handed out to nobody else, in whichever process', async () => {
  const ports = await Promise.all(Array.from({ length: 100 }, freePort))
  expect(new Set(ports).size).toBe(ports.length)
  // Another process finds it held; this one can be asked in the same way.
  for (const port of ports.slice(0, 5)) {
    const socket = createSocket('udp4')
    const failed = new Promise((resolve) => socket.once('error', resolve))
    socket.bind({ address: '127.0.0.1', port, exclusive: true })
    expect(await failed).toMatchObject({ code: 'EADDRINUSE' })
    socket.close()
  }
})
