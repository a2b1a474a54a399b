// Keeps stack/collector/sanitization.yaml equal to what the policy says.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compilePolicy } from './collector/compile.ts'
import { readPolicy } from './policy.ts'

let writes = 0

/** Compiles the policy of a stack. @returns whether the compiled file changed. @throws UserError with file and line */
export async function applyPolicy(stackDirectory: string): Promise<boolean> {
  const policy = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')
  const compiled = compilePolicy(policy)
  const target = join(stackDirectory, 'collector/sanitization.yaml')
  if ((await readFile(target, 'utf8').catch(() => '')) === compiled) return false
  // A name of its own: several stacks of one checkout may start at once.
  writes += 1
  const fresh = `${target}.${process.pid}-${writes}.new`
  await writeFile(fresh, compiled)
  await rename(fresh, target)
  return true
}
