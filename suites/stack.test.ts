// The daily stack from outside: started twice at once, looked at, stopped.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { projectRoot } from '../core/paths.ts'
import { newcomer } from './testing/newcomer.ts'

const run = promisify(execFile)

test('of two starts at once one brings the stack up, and the other finds it there', async () => {
  const { environment, leave } = await newcomer('stack')
  const stack = (...words: string[]) =>
    run(process.execPath, [join(projectRoot, 'bin/stack.ts'), ...words], { env: environment })
  try {
    const starts = await Promise.all([stack('up'), stack('up')])
    const said = starts.map(({ stdout }) => /The stack (is up|was up already)/.exec(stdout)?.[1]).sort()
    expect(said).toEqual(['is up', 'was up already'])
    expect((await stack('status')).stdout).toContain('The stack is well')
    expect((await stack('down')).stdout).toBe('The stack is down.\n')
    expect((await stack('down', '--purge')).stdout).toContain('No stack was running; everything in')
  } finally {
    await stack('down', '--purge')
    await leave()
  }
}, 90_000)
