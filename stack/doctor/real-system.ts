// This machine, as the doctor sees it.
import { execFile } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { access, constants, readdir, readFile, stat, statfs } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { availableParallelism, release, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { nowMs } from '../../core/clock.ts'
import { messageOf } from '../../core/errors.ts'
import { cacheDirectory, dataDirectory } from '../../core/paths.ts'
import { holderOf, isFree } from '../../core/ports.ts'
import { processMark } from '../../core/process.ts'
import { COMMAND_TIMEOUT_MS, type CommandOutput, type System } from './system.ts'

const LOCAL_TIMEOUT_MS = 2_000

/** The machine this process runs on. Inside a container that limits memory, the limit is its memory. */
export function realSystem(): System {
  const limit = process.constrainedMemory()
  return {
    platform: process.platform,
    arch: process.arch,
    kernel: release(),
    cpus: availableParallelism(),
    // Without a limit, the system answers 0 or more than there is.
    memoryBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    node: process.versions.node,
    uid: process.getuid?.() ?? 1000,
    env: process.env,
    cacheDirectory: cacheDirectory(),
    dataDirectory: dataDirectory(),
    nowMs,
    readText,
    exists: existsSync,
    textsIn: async (directory, ending) => {
      const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith(ending))
      const texts = await Promise.all(names.map((name) => readText(join(directory, name))))
      return texts.filter((text) => text !== undefined)
    },
    processMark,
    run,
    freeBytes,
    obstacle,
    // Elsewhere than on Linux a port can be bound on 127.0.0.1 while another program holds it on all addresses.
    portFree: async (port) => (await isFree('127.0.0.1', port)) && !(await answers(port)),
    portHolder: holderOf,
    roundTrip: (address) => roundTrip(address).then(() => undefined, messageOf),
    addressesOf: async (name) => {
      const found = await lookup(name, { all: true }).catch(() => [])
      return found.map(({ address }) => address)
    },
    fetchText: async (url) => {
      const response = await fetch(url, { signal: AbortSignal.timeout(LOCAL_TIMEOUT_MS) }).catch(() => undefined)
      return response?.ok ? await response.text().catch(() => undefined) : undefined
    },
  }
}

function readText(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined)
}

function run(command: string, ...args: readonly string[]): Promise<CommandOutput | undefined> {
  return new Promise((resolve) => {
    // Go would fetch another toolchain when a directory asks for one: stay at the root, with the one that is there.
    const options = { cwd: '/', timeout: COMMAND_TIMEOUT_MS, env: { ...process.env, GOTOOLCHAIN: 'local' } }
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ exitCode: 0, stdout, stderr })
      else if (typeof error.code === 'string') resolve(undefined)
      else resolve({ exitCode: error.code ?? null, stdout, stderr })
    })
  })
}

async function freeBytes(directory: string): Promise<number | undefined> {
  for (let place = directory; ; place = dirname(place)) {
    const found = await statfs(place).catch(() => undefined)
    if (found !== undefined) return found.bavail * found.bsize
    if (place === dirname(place)) return undefined
  }
}

/** Looks at the first directory on the way up that is there. */
async function obstacle(directory: string): Promise<string | undefined> {
  for (let place = directory; ; place = dirname(place)) {
    const found = await stat(place).catch(() => undefined)
    if (found === undefined && place !== dirname(place)) continue
    if (found?.isDirectory() !== true) return `${place} is no directory`
    return access(place, constants.W_OK).then(
      () => undefined,
      () => `${place} cannot be written`,
    )
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(LOCAL_TIMEOUT_MS) })
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

async function roundTrip(address: string): Promise<void> {
  const signal = AbortSignal.timeout(LOCAL_TIMEOUT_MS)
  const server = createServer((peer) => {
    peer.on('error', () => peer.destroy())
    peer.pipe(peer)
  })
  try {
    server.listen(0, address)
    await once(server, 'listening', { signal })
    const bound = server.address()
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0
    const socket = connect({ host: address, port })
    try {
      await once(socket, 'connect', { signal })
      socket.write('telemetry')
      const [back] = await once(socket, 'data', { signal })
      if (String(back) !== 'telemetry') throw new Error(`other bytes came back: ${String(back)}`)
    } finally {
      socket.destroy()
    }
  } catch (error) {
    throw signal.aborted ? new Error(`nothing came back within ${LOCAL_TIMEOUT_MS} ms`) : error
  } finally {
    server.close()
  }
}
