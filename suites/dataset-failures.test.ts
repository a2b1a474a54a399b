// Datasets that cannot be written to their end leave nothing behind, and a database that is down or refuses is told in one line.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { projectRoot } from '../core/paths.ts'
import { until } from '../core/poll.ts'
import { freePort } from '../core/ports.ts'
import { loadFlatFile, type Target } from '../harness/dataset/load-flat.ts'
import { readManifest } from '../harness/dataset/read.ts'
import { hasSmallDisks, onSmallDisk } from '../harness/faults/disk/small-disk.ts'

const small = join(projectRoot, 'docs/datasets/small')
const FLAGS = ['--preset', 'team-week', '--seed', '7', '--start', '2026-01-05T00:00:00Z', '--format', 'otlp,jsonl']
const SMALL_DISK_BYTES = 2 * 1024 ** 2
const WRITING_MS = 30_000

let room: string
beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'telemetry-proof-dataset-'))
})
afterEach(() => rm(room, { recursive: true, force: true }))

interface Ended {
  readonly code: unknown
  readonly stderr: string
}

function start(words: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const [command = '', ...args] = words
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr?.on('data', (data: Buffer) => {
    stderr += String(data)
  })
  // What is going on is told in lines of their own.
  const told = () => stderr.replaceAll(/^….*\n/gm, '')
  return { child, ended: once(child, 'close').then(([code]: unknown[]) => ({ code, stderr: told() })) }
}

const dataset = (out: string) => [process.execPath, join(projectRoot, 'bin/dataset.ts'), ...FLAGS, '--out', out]

test('on a disk that is full there is one line, and nothing is left', async ({ skip }) => {
  if (!(await hasSmallDisks())) skip('this system gives a process no file system of its own')
  const disk = join(room, 'disk')
  await mkdir(disk)
  const listing = 'd=$1; shift; "$@"; code=$?; ls -A "$d" >&2; exit $code'
  const words = [
    ...onSmallDisk(disk, SMALL_DISK_BYTES),
    'sh',
    '-c',
    listing,
    'sh',
    disk,
    ...dataset(join(disk, 'week')),
  ]
  const { code, stderr } = await start(words).ended
  expect(stderr).toMatch(/^.*disk\/week.* cannot be written: ENOSPC: no space left on device.*\n$/)
  expect(code).toBe(2)
}, 60_000)

test('interrupted, it leaves nothing', async () => {
  const { child, ended } = start(dataset(join(room, 'week')))
  const part = await until(
    'a part of it',
    async () => (await readdir(room)).find((name) => name.startsWith('week.part-')),
    { timeoutMs: WRITING_MS, intervalMs: 5 },
  )
  await until('a file in it', async () => (await readdir(join(room, part), { recursive: true })).length > 2, {
    timeoutMs: WRITING_MS,
    intervalMs: 5,
  })
  child.kill('SIGINT')
  expect((await ended).code).toBe(130)
  expect(await readdir(room)).toEqual([])
}, 60_000)

function targetAt(port: number): Target {
  const passwords = { admin: 'a', ingest: 'b', analyst: 'c' }
  return { database: 'telemetry', passwords, endpoints: { clickhouseHttp: `http://127.0.0.1:${port}` } }
}

async function loadInto(port: number, signal: AbortSignal): Promise<unknown> {
  const [file] = (await readManifest(small)).files
  if (file === undefined) throw new Error('the small dataset has no files')
  return await loadFlatFile(targetAt(port), small, file, { signal }).catch((error: unknown) => error)
}

const never = new AbortController().signal

test('a database that is down is one line', async () => {
  expect(await loadInto(await freePort(), never)).toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/^ClickHouse \(http:\/\/127\.0\.0\.1:\d+, as ingest\): .*ECONNREFUSED.*$/),
  })
})

test('what a database answers is told, and one that never does can be left', async () => {
  const asked: string[] = []
  const stop = new AbortController()
  await using server = createServer((request, response) => {
    asked.push(request.url ?? '')
    request.resume()
    if (asked.length > 1) return stop.abort()
    request.on('end', () =>
      response.writeHead(403).end('Code: 497. DB::Exception: ingest: Not enough privileges. (ACCESS_DENIED)'),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await loadInto(port, never)).toMatchObject({
    message: expect.stringMatching(/as ingest\): .*Not enough privileges/),
  })
  expect(await loadInto(port, stop.signal)).toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/aborted/),
  })
  server.closeAllConnections()
})
