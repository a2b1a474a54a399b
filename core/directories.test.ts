import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeDirectories } from './directories.ts'

let room = ''
beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'telemetry-proof-directories-'))
})
afterEach(() => rm(room, { recursive: true }))

test('makes what is missing, with its mode, and leaves what is there', async () => {
  await makeDirectories(join(room, 'a/b/c'), 0o700)
  await makeDirectories(join(room, 'a/b/c'))
  expect((await stat(join(room, 'a/b/c'))).mode & 0o777).toBe(0o700)
})

test('fails at a file in its way', async () => {
  await writeFile(join(room, 'file'), '')
  await expect(makeDirectories(join(room, 'file/below'))).rejects.toThrow(/ENOTDIR/)
})

test.skipIf(process.platform !== 'linux')(
  'fails, and ends, below a file system that takes no entries (only Linux has one)',
  async () => {
    await expect(makeDirectories('/proc/none/below')).rejects.toThrow(/ENOENT/)
  },
)
