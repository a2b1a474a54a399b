// Holds docs/contracts/commands.md to the commands: each is there, has help with an example, and answers a wrong flag with one line.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { projectRoot } from '../core/paths.ts'

const { scripts } = z
  .looseObject({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')))
const document = await readFile(join(projectRoot, 'docs/contracts/commands.md'), 'utf8')
const rows = [...document.matchAll(/^\| `([\w:]+)` \| (.*)\|$/gm)]
  .map((match) => ({ name: match[1] ?? '', flags: match[2] ?? '' }))
  .filter(({ name }) => !/^[A-Z]/.test(name))

const file = (name: string) => join(projectRoot, `bin/${scripts[name]?.split(' ').at(-1)}.ts`)

async function run(name: string, args: readonly string[]) {
  const child = spawn(process.execPath, [file(name), ...args], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [code]: unknown[] = await once(child, 'close')
  return { code, stdout, stderr }
}

test('documents every command and no other', () => {
  expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(scripts).sort())
})

test.concurrent.each(rows)('$name --help shows an example and every flag', async ({ name, flags }) => {
  const { code, stdout } = await run(name, ['--help'])
  expect(code).toBe(0)
  expect(stdout).toContain('Example:')
  // The stack's flags belong to its subcommands.
  if (name !== 'stack') for (const [flag] of flags.matchAll(/--\w+/g)) expect(stdout).toContain(flag)
})

test.concurrent.each(rows)('$name answers an unknown flag with 64 and one line', async ({ name }) => {
  const { code, stderr } = await run(name, ['--no-such-flag'])
  expect(code).toBe(64)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})
