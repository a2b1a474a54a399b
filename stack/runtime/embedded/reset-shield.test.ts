// The front runs in a process of its own, with the engine's place taken by a server that writes down what it meets.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../../core/ports.ts'

/** Echoes; says on standard output what each connection brought and how it ended. */
const ENGINE = `
  const server = require('node:net').createServer({ allowHalfOpen: true }, (socket) => {
    let received = 0
    socket.on('data', (chunk) => { received += chunk.length; socket.write(chunk) })
    socket.on('end', () => { console.log('closed after ' + received); socket.end() })
    socket.on('error', (error) => console.log(error.code + ' after ' + received))
  })
  server.listen(Number(process.argv[1]), '127.0.0.1', () => console.log('listening'))`

const HELLO = Buffer.from([0, 1, 0x61, 26, 4, 0xd8, 0xa9, 0x03, 0, 6, ...Buffer.from('ingest'), 1, 0x78])

let port = 0
let said: AsyncIterator<string>
let ended: () => Promise<unknown>

beforeAll(async () => {
  port = await freePort()
  const enginePort = await freePort()
  const url = pathToFileURL(join(import.meta.dirname, 'reset-shield.ts'))
  url.search = `front=127.0.0.1:${port}&engine=127.0.0.1:${enginePort}`
  const child = spawn(process.execPath, ['--import', url.href, '-e', ENGINE, String(enginePort)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  said = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  ended = () => {
    child.kill('SIGKILL')
    return once(child, 'exit')
  }
  expect(await line()).toBe('listening')
})

afterAll(() => ended())

async function line(): Promise<string> {
  return String((await said.next()).value)
}

async function dial(): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** Reads until so many bytes have come. */
async function read(socket: Socket, length: number): Promise<Buffer> {
  let received: Buffer = Buffer.alloc(0)
  while (received.length < length) received = Buffer.concat([received, (await once(socket, 'data'))[0]])
  return received
}

test('what is said passes both ways, and an end is an end', async () => {
  const socket = await dial()
  socket.write(HELLO)
  expect(await read(socket, HELLO.length)).toEqual(HELLO)
  const more = Buffer.alloc(100_000, 7)
  socket.write(more)
  expect((await read(socket, more.length)).equals(more)).toBe(true)
  socket.end()
  await once(socket, 'end')
  expect(await line()).toBe(`closed after ${HELLO.length + more.length}`)
})

test('a reset reaches the engine as an end', async () => {
  const socket = await dial()
  socket.write(HELLO)
  await read(socket, HELLO.length)
  socket.resetAndDestroy()
  expect(await line()).toBe(`closed after ${HELLO.length}`)
})

test('half a greeting never reaches the engine, a greeting in pieces does', async () => {
  const half = await dial()
  half.write(HELLO.subarray(0, -1))
  half.end()
  await once(half, 'close')
  const pieces = await dial()
  for (const byte of HELLO) pieces.write(Buffer.from([byte]))
  expect(await read(pieces, HELLO.length)).toEqual(HELLO)
  pieces.end()
  expect(await line()).toBe(`closed after ${HELLO.length}`)
})
