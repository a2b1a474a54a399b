// Keeps what is compiled from the policy equal to what the policy says.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Policy, readPolicy } from '../policy.ts'
import { compileForClient } from './client/compile.ts'
import { compilePolicy } from './collector/compile.ts'
import { compileDatabase } from './database/compile.ts'

/** What is compiled, by its place in the stack's directory. */
export const COMPILED: readonly (readonly [file: string, compile: (policy: Policy) => string])[] = [
  ['collector/sanitization.yaml', compilePolicy],
  ['clickhouse/schema/002-policy.sql', compileDatabase],
  ['client/policy.json', compileForClient],
]

let writes = 0

/** Compiles the policy of a stack. @returns whether a compiled file changed. @throws UserError with file and line */
export async function applyPolicy(stackDirectory: string): Promise<boolean> {
  const policy = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')
  const stale = await staleFiles(stackDirectory, policy)
  for (const [file, compile] of COMPILED)
    if (stale.includes(file)) await replace(join(stackDirectory, file), compile(policy))
  return stale.length > 0
}

/** The compiled files that are missing, or say another thing than the policy. */
export async function staleFiles(stackDirectory: string, policy: Policy): Promise<string[]> {
  const stale: string[] = []
  for (const [file, compile] of COMPILED)
    if ((await readFile(join(stackDirectory, file), 'utf8').catch(() => '')) !== compile(policy)) stale.push(file)
  return stale
}

async function replace(target: string, compiled: string): Promise<void> {
  // A name of its own: several stacks of one checkout may start at once.
  writes += 1
  const fresh = `${target}.${process.pid}-${writes}.new`
  await mkdir(dirname(target), { recursive: true })
  await writeFile(fresh, compiled)
  await rename(fresh, target)
}
