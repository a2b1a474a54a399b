import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rotateLogs } from './log-files.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'telemetry-proof-logs-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

test('a log stays within its size while its writer holds it open, and the two before it are kept', async () => {
  const file = join(directory, 'x.log')
  const writer = await open(file, 'a')
  for (let round = 0; round < 6; round += 1) {
    await writer.write(`${`round ${round} `.repeat(20)}\n`)
    await rotateLogs([file, join(directory, 'none.log')], 100)
  }
  await writer.write('the end\n')
  await writer.close()
  expect((await readdir(directory)).sort()).toEqual(['x.log', 'x.log.1', 'x.log.2'])
  expect(await readFile(file, 'utf8')).toBe('the end\n')
  expect(await readFile(`${file}.1`, 'utf8')).toContain('round 5')
  expect(await readFile(`${file}.2`, 'utf8')).toContain('round 4')
})

test('a small log is left as it is', async () => {
  const file = join(directory, 'small.log')
  const writer = await open(file, 'a')
  await writer.write('x'.repeat(100))
  await writer.close()
  await rotateLogs([file], 100)
  expect(await readdir(directory)).not.toContain('small.log.1')
})
