// Keeps what is compiled from the policy equal to what it says: the collector's processors, and what the client's end runs.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { compileForClient } from './client/compile.ts'
import { compilePolicy } from './collector/compile.ts'
import { readPolicy } from './policy.ts'

let writes = 0

/** Compiles the policy of a stack. @returns whether a compiled file changed. @throws UserError with file and line */
export async function applyPolicy(stackDirectory: string): Promise<boolean> {
  const policy = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')
  const changed = [
    await write(join(stackDirectory, 'collector/sanitization.yaml'), compilePolicy(policy)),
    await write(join(stackDirectory, 'client/policy.json'), compileForClient(policy)),
  ]
  return changed.includes(true)
}

async function write(target: string, compiled: string): Promise<boolean> {
  if ((await readFile(target, 'utf8').catch(() => '')) === compiled) return false
  // A name of its own: several stacks of one checkout may start at once.
  writes += 1
  const fresh = `${target}.${process.pid}-${writes}.new`
  await mkdir(dirname(target), { recursive: true })
  await writeFile(fresh, compiled)
  await rename(fresh, target)
  return true
}
