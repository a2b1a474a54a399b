import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fromPath, fromVariable } from './executable.ts'

let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-executable-'))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(directory, { recursive: true, force: true })
})

/** A program in a directory of its own, which is returned. */
async function program(folder: string, name: string, script: string, mode = 0o755): Promise<string> {
  const place = join(directory, folder)
  await mkdir(place, { recursive: true })
  await writeFile(join(place, name), `#!/bin/sh\n${script}\n`)
  await chmod(join(place, name), mode)
  return place
}

describe('a variable', () => {
  test('names the program, whatever its version', async () => {
    const path = join(await program('a', 'tool', 'echo'), 'tool')
    vi.stubEnv('TEST_TOOL', path)
    expect(await fromVariable('TEST_TOOL', '1.2')).toEqual({
      path,
      version: '1.2',
      source: `path ${path}`,
      cached: false,
    })
  })

  test('that is not set, or empty, names none', async () => {
    vi.stubEnv('TEST_TOOL', undefined)
    expect(await fromVariable('TEST_TOOL', '1.2')).toBeUndefined()
    vi.stubEnv('TEST_TOOL', '')
    expect(await fromVariable('TEST_TOOL', '1.2')).toBeUndefined()
  })

  test('that names nothing is one clear line, not another program', async () => {
    vi.stubEnv('TEST_TOOL', '/nowhere/tool')
    await expect(fromVariable('TEST_TOOL', '1.2')).rejects.toMatchObject({
      name: 'UserError',
      message: 'TEST_TOOL=/nowhere/tool: there is no such file; correct the variable or unset it',
    })
  })
})

describe('on PATH', () => {
  const find = async (...folders: string[]) => {
    vi.stubEnv('PATH', [...folders, '/usr/bin', '/bin'].join(':'))
    return fromPath(['telemetry-proof-tool'], ['--version'], '1.2.3')
  }
  const name = 'telemetry-proof-tool'

  test('the first program of the right version is taken; others, broken ones and plain files are passed over', async () => {
    const old = await program('old', name, 'echo version 1.1.0')
    const broken = await program('broken', name, 'echo 1.2.3; exit 1')
    const plain = await program('plain', name, 'echo 1.2.3', 0o644)
    const right = await program('right', name, 'echo "tool version 1.2.3 ($1)" >&1')
    const later = await program('later', name, 'echo 1.2.3')
    const path = join(right, name)
    expect(await find(old, broken, plain, '', '/nowhere', right, later)).toEqual({
      path,
      version: '1.2.3',
      source: `PATH ${path}`,
      cached: false,
    })
    expect(await find(old, broken)).toBeUndefined()
    expect(await find()).toBeUndefined()
  })

  test("the project's own packages are no programs of the person", async () => {
    expect(await find(await program('node_modules/.bin', name, 'echo 1.2.3'))).toBeUndefined()
  })
})
