import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fileOf, type Wheel } from './wheel.ts'

const wheel: Wheel = { name: 'some-package', version: '1.0', sha256: '0'.repeat(64), target: [], file: 'some/file.txt' }
let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-wheel-'))
  vi.stubEnv('TELEMETRY_PROOF_CACHE', join(directory, 'cache'))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(directory, { recursive: true, force: true })
})

test('without Python the reason says so', async () => {
  vi.stubEnv('PATH', directory)
  await expect(fileOf(wheel, () => {})).rejects.toThrow(/^python3 is missing, and some-package is fetched with its pip/)
})

test('where pip is refused, its own last words are the reason', async () => {
  const python = join(directory, 'python3')
  await writeFile(python, '#!/bin/sh\n[ "$1" = --version ] || { echo "no such package" >&2; exit 1; }\n')
  await chmod(python, 0o755)
  vi.stubEnv('PATH', `${directory}:/usr/bin:/bin`)
  await expect(fileOf(wheel, () => {})).rejects.toThrow(
    /^some-package 1.0 cannot be fetched with pip: .*no such package/,
  )
})

test('a program for another platform is not fetched', async () => {
  await expect(fileOf({ ...wheel, platform: 'plan9-mips' }, () => {})).rejects.toThrow('pinned for plan9-mips only')
})
