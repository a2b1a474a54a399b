// Loopback ports: a free one, and who holds one that is taken.
import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { promisify } from 'node:util'

const run = promisify(execFile)

// Below what systems hand out to outgoing connections (from 32768 on Linux, from 49152 elsewhere), one of which could take a port
// between the look and its use.
const LOWEST = 10_240
const HIGHEST = 32_767

/**
 * A free port on 127.0.0.1 that no process of this project is given while this one lives: the UDP port of the same number, which
 * nobody here uses, is held until the process ends, however it ends.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST + 1)
    const held = await hold(port)
    if (held === undefined) continue
    if (await isFree('127.0.0.1', port)) return port
    held.close()
  }
}

/** @returns undefined when somebody else holds it */
async function hold(port: number): Promise<Socket | undefined> {
  const socket = createSocket('udp4')
  socket.unref()
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close()
      resolve(undefined)
    })
    socket.bind({ address: '127.0.0.1', port, exclusive: true }, () => resolve(socket))
  })
}

/** Whether this address can be listened on. */
export async function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** `name (process 1234)` of whoever listens on the port, or `another program` when the system does not say. */
export async function holderOf(port: number): Promise<string> {
  const found = process.platform === 'linux' ? await holderFromProc(port) : await holderFromLsof(port)
  return found ?? 'another program'
}

/** The addresses on which this port is listened on, as text (`127.0.0.1`, `0.0.0.0`, `::`); undefined where the system does not say. */
export async function listeningAddresses(port: number): Promise<string[] | undefined> {
  if (process.platform !== 'linux') {
    const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fn']).catch(() => ({
      stdout: undefined,
    }))
    return stdout
      ?.split('\n')
      .flatMap((line) => (line.startsWith('n') ? line.slice(1, line.lastIndexOf(':')).replace('*', '0.0.0.0') : []))
  }
  const found = new Set<string>()
  for (const [table, isV6] of [
    ['/proc/net/tcp', false],
    ['/proc/net/tcp6', true],
  ] as const) {
    for (const fields of listeners(await readFile(table, 'utf8').catch(() => ''), port)) {
      const address = fields[1]?.split(':')[0] ?? ''
      found.add(isV6 ? v6(address) : v4(address))
    }
  }
  return [...found]
}

/** The rows of a socket table that listen on the port, split into fields. State 0A is LISTEN. */
function listeners(table: string, port: number): string[][] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A')
}

/** The kernel prints addresses as 32-bit words in the machine's byte order (little-endian on all we run on). */
function v4(hex: string): string {
  return (hex.match(/../g) ?? [])
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.')
}

function v6(hex: string): string {
  const words = (hex.match(/.{8}/g) ?? []).map((word) => (word.match(/../g) ?? []).reverse().join(''))
  const text = words.join('').toLowerCase()
  if (text === '0'.repeat(32)) return '::'
  if (text === `${'0'.repeat(31)}1`) return '::1'
  if (text.startsWith('00000000000000000000ffff'))
    return (text.slice(24).match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join('.')
  return (text.match(/.{4}/g) ?? []).join(':')
}

async function holderFromProc(port: number): Promise<string | undefined> {
  const inodes = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    // Field 9 is the socket's inode.
    for (const fields of listeners(await readFile(table, 'utf8').catch(() => ''), port))
      inodes.add(`socket:[${fields[9]}]`)
  }
  if (inodes.size === 0) return undefined
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')
      if (!inodes.has(target)) continue
      const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'a program')).trim()
      return `${name} (process ${pid})`
    }
  }
  return undefined
}

async function holderFromLsof(port: number): Promise<string | undefined> {
  const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']).catch(() => ({ stdout: '' }))
  const pid = /^p(\d+)$/m.exec(stdout)?.[1]
  const name = /^c(.+)$/m.exec(stdout)?.[1]
  return pid === undefined ? undefined : `${name ?? 'a program'} (process ${pid})`
}
