// A temporary directory goes with its scope, or with the process.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cleanUp } from './cleanup.ts'
import { temporaryDirectory } from './temporary-directory.ts'

test('it goes with its scope, and what is in it', async () => {
  let path = ''
  {
    await using directory = await temporaryDirectory('test')
    path = directory.path
    writeFileSync(join(path, 'file'), 'text')
    expect(existsSync(path)).toBe(true)
  }
  expect(existsSync(path)).toBe(false)
})

test('it goes when the process ends before its scope', async () => {
  await using directory = await temporaryDirectory('test')
  await cleanUp()
  expect(existsSync(directory.path)).toBe(false)
})
