// The daily stack from outside: started twice at once, looked at, stopped.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { projectRoot } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { newcomer } from './testing/newcomer.ts'

const run = promisify(execFile)

test('of two starts at once one brings the stack up, and the other finds it there', async () => {
  const { environment, leave } = await newcomer('stack')
  const stack = (...words: string[]) =>
    run(process.execPath, [join(projectRoot, 'bin/stack.ts'), ...words], { env: environment })
  try {
    const starts = await Promise.all([stack('up'), stack('up')])
    const said = starts.map(({ stdout }) => /The stack (is up|was already running)/.exec(stdout)?.[1]).sort()
    expect(said).toEqual(['is up', 'was already running'])
    expect((await stack('status')).stdout).toContain('The stack is healthy')
    expect((await stack('down')).stdout).toBe('The stack is down.\n')
    expect((await stack('down', '--purge')).stdout).toContain('No stack was running; everything in')
  } finally {
    await stack('down', '--purge')
    await leave()
  }
})

test('a relay before the stack takes the client, comes back when it is killed, and ends with the stack', async () => {
  const { environment, leave } = await newcomer('stack-relay')
  const stack = (...words: string[]) =>
    run(process.execPath, [join(projectRoot, 'bin/stack.ts'), ...words], { env: environment })
  const { RELAY_GRPC_PORT, RELAY_HTTP_PORT } = environment
  const health = async () => (await fetch(`http://127.0.0.1:${RELAY_HTTP_PORT}/health`)).ok
  const processes = async () =>
    (await run('pgrep', ['-f', `main\\.ts.*--http-port ${RELAY_HTTP_PORT}`]).catch(() => ({ stdout: '' }))).stdout
      .split('\n')
      .filter((line) => line !== '')
  try {
    expect((await stack('up', '--relay')).stdout).toContain(`127.0.0.1:${RELAY_GRPC_PORT} (gRPC)`)
    const env: unknown = JSON.parse((await stack('env', '--json')).stdout)
    expect(env).toMatchObject({ otlpGrpc: `127.0.0.1:${RELAY_GRPC_PORT}` })
    expect(await health()).toBe(true)
    const [first = ''] = await processes()
    process.kill(Number(first), 'SIGKILL')
    const [second] = await until('the relay again', async () => (await health()) && (await processes()), {
      timeoutMs: 120_000,
    })
    expect(second).not.toBe(first)
    expect((await stack('status')).stdout).toContain('The stack is healthy')
    await stack('down')
    expect(await processes()).toEqual([])
  } finally {
    await stack('down', '--purge')
    await leave()
  }
})

test('a relay of somebody else on its port is not taken for its own', async () => {
  const { environment, leave } = await newcomer('stack-stranger')
  const stack = (...words: string[]) =>
    run(process.execPath, [join(projectRoot, 'bin/stack.ts'), ...words], { env: environment })
  const stranger = createServer((_, response) => response.end(JSON.stringify({ status: 'ok', pid: process.pid })))
  stranger.listen(Number(environment.RELAY_HTTP_PORT), '127.0.0.1')
  await once(stranger, 'listening')
  try {
    const failure = await stack('up', '--relay').then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(failure).toMatchObject({ code: 2, stderr: expect.stringContaining('is taken, perhaps by another relay') })
    await expect(stack('status')).rejects.toThrow()
  } finally {
    stranger.close()
    await stack('down', '--purge')
    await leave()
  }
})
