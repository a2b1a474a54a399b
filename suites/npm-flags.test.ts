// Flags that npm has taken for its own, because no `--` stands before them: a command never runs without what it was asked for.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../core/paths.ts'

test.each([
  ['verify:platform', '--only', 'ingest'],
  ['verify:platform', '--out=/nowhere'],
  ['doctor', '--json'],
  ['stack', '--lines', '3'],
  ['forget', '--dry-run'],
  ['forget', '--user', 'nobody'],
])('%s refuses what npm has taken for itself: %s', async (...words) => {
  const child = spawn('npm', ['run', '--silent', ...words], { cwd: projectRoot, stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [code]: unknown[] = await once(child, 'close')
  expect({ code, stderr }).toMatchObject({
    code: 64,
    stderr: expect.stringMatching(/^npm took --[a-z-]+ for itself: .*\n$/),
  })
})

test('every flag that is documented is one of those that are looked for', async () => {
  const read = (file: string) => readFile(join(projectRoot, file), 'utf8')
  const known = [...(await read('bin/start.cjs')).matchAll(/^ {2}'([a-z -]+)'|^var SHARED = '([a-z ]+)'/gm)].flatMap(
    ([, flags = '', shared = '']) => `${flags} ${shared}`.trim().split(' '),
  )
  const table = (await read('docs/contracts/commands.md')).split('\n## Flags\n')[1]?.split('\n## ')[0] ?? ''
  const told = [...table.matchAll(/^\| `[^`]+` \| `--([a-z-]+)/gm)].map(([, name = '']) => name.replace(/^no-/, ''))
  expect(told.length).toBeGreaterThan(30)
  expect(told.filter((name) => !known.includes(name))).toEqual([])
})
