// Keeps what is compiled from the policy equal to what the policy says.
import { createHash } from 'node:crypto'
import { access, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cacheDirectory } from '../../../core/paths.ts'
import { type Policy, readPolicy } from '../policy.ts'
import { compileForClient } from './client/compile.ts'
import { compilePolicy } from './collector/compile.ts'
import { compileDatabase } from './database/compile.ts'

const SOURCE = 'policy/sanitization.yaml'

/** What is compiled, by its place in the stack's directory. */
export const COMPILED: readonly (readonly [file: string, compile: (policy: Policy) => string])[] = [
  ['collector/sanitization.yaml', compilePolicy],
  ['clickhouse/schema/002-policy.sql', compileDatabase],
  ['client/policy.json', compileForClient],
]

let writes = 0
const knownKeys = new Set<string>()

/**
 * Compiles the policy of a stack. What was found equal once is not compiled again to be compared, in this process or a later one.
 * @returns whether a compiled file changed. @throws UserError with file, line and column
 */
export async function applyPolicy(stackDirectory: string): Promise<boolean> {
  const key = await keyOf(stackDirectory)
  if (await isKnown(key)) return false
  const policy = await readPolicy(join(stackDirectory, SOURCE), `stack/${SOURCE}`)
  const stale = await staleFiles(stackDirectory, policy)
  for (const [file, compile] of COMPILED)
    if (stale.includes(file)) await replace(join(stackDirectory, file), compile(policy))
  await remember(await keyOf(stackDirectory))
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

/** Of the policy, what is compiled from it, and the compiler. */
async function keyOf(stackDirectory: string): Promise<string> {
  const hash = createHash('sha256')
  const policies = join(import.meta.dirname, '..')
  const compiler = (await readdir(policies, { recursive: true })).filter((file) => /(?<!\.test)\.ts$/.test(file)).sort()
  const files = [SOURCE, ...COMPILED.map(([file]) => file)]
  for (const file of [
    ...files.map((each) => join(stackDirectory, each)),
    ...compiler.map((each) => join(policies, each)),
  ]) {
    const text = await readFile(file).catch(() => Buffer.from('missing'))
    hash.update(`${text.length}:`).update(text)
  }
  return hash.digest('hex')
}

const noteOf = (key: string) => join(cacheDirectory(), 'policy', key)

async function isKnown(key: string): Promise<boolean> {
  if (knownKeys.has(key)) return true
  return access(noteOf(key)).then(
    () => true,
    () => false,
  )
}

/** A cache that cannot be written makes the next start slower, no more. */
async function remember(key: string): Promise<void> {
  knownKeys.add(key)
  await mkdir(dirname(noteOf(key)), { recursive: true })
    .then(() => writeFile(noteOf(key), ''))
    .catch(() => {})
}
