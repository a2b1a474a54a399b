// Keeps stack/collector/sanitization.yaml equal to what the policy says.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compilePolicy } from './compile.ts'
import { readPolicy } from './policy.ts'

/** Compiles the policy of a stack. @returns whether the compiled file changed. @throws UserError with file and line */
export async function applyPolicy(stackDirectory: string): Promise<boolean> {
  const policy = await readPolicy(join(stackDirectory, 'policy/sanitization.yaml'), 'stack/policy/sanitization.yaml')
  const compiled = compilePolicy(policy)
  const target = join(stackDirectory, 'collector/sanitization.yaml')
  if ((await readFile(target, 'utf8').catch(() => '')) === compiled) return false
  await writeFile(`${target}.new`, compiled)
  await rename(`${target}.new`, target)
  return true
}
