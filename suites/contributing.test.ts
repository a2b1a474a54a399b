// Follows two recipes of CONTRIBUTING.md with their toys, in a copy of the checkout: a fault is one file and its test, a query is one
// file and one row.
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { projectRoot } from '../core/paths.ts'

const run = promisify(execFile)
const COPIED = [
  ...['bin', 'core', 'docs', 'generators', 'harness', 'reports', 'scenarios', 'stack', 'suites'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'vitest.config.ts'],
]
const RUN_TIMEOUT_MS = 120_000

const guide = await readFile(join(projectRoot, 'CONTRIBUTING.md'), 'utf8')
let copy = ''

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'telemetry-proof-recipe-'))
  for (const name of COPIED) await cp(join(projectRoot, name), join(copy, name), { recursive: true })
  await symlink(join(projectRoot, 'node_modules'), join(copy, 'node_modules'))
})
afterAll(() => rm(copy, { recursive: true, force: true, maxRetries: 5 }))

/** The code of a recipe by the path that its first line names. */
function codeOf(recipe: string): Map<string, string> {
  const section = guide.split(`\n## ${recipe}\n`)[1]?.split('\n## ')[0] ?? ''
  return new Map(
    [...section.matchAll(/^ {3}```\w+\n {3}(?:\/\/|--) (\S+)\n(.*?)^ {3}```$/gms)].map(([, path = '', code = '']) => [
      path,
      code.replace(/^ {3}/gm, ''),
    ]),
  )
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(copy, path)), { recursive: true })
  await writeFile(join(copy, path), text)
}

function tool(name: string, ...args: readonly string[]) {
  const command = join(copy, 'node_modules/.bin', name)
  return run(command, args, { cwd: copy, timeout: RUN_TIMEOUT_MS, maxBuffer: 64 * 1024 ** 2 })
}

test('a fault is one file and its test', async () => {
  const files = codeOf('Add a fault')
  const [kind = '', itsTest = ''] = files.keys()
  expect([...files.keys()]).toEqual([kind, kind.replace(/\.ts$/, '.test.ts')])
  for (const [path, text] of files) await write(path, text)
  await tool('tsc', '--project', '.')
  await tool('vitest', 'run', itsTest, 'suites/architecture.test.ts', 'suites/code-style.test.ts')
  const list = `const { catalogue } = await import('./scenarios/catalogue.ts'); console.log(catalogue.map(({ id }) => id).join(' '))`
  const { stdout } = await tool('node', '--input-type=module', '--eval', list)
  expect(stdout.trim().split(' ')).toContain('faults/collector-hiccups')
}, 180_000)

const reportSchema = z.looseObject({
  scenarios: z.array(
    z.looseObject({
      id: z.string(),
      verdict: z.string(),
      reason: z.string(),
      findings: z.array(z.looseObject({ verdict: z.string() })),
    }),
  ),
})

test('a query is one file and one row', async () => {
  const files = codeOf('Add a query')
  const [query = '', proofs = ''] = files.keys()
  expect(files.size).toBe(2)
  await write(query, files.get(query) ?? '')
  const withoutRow = await verify()
  expect(withoutRow).toMatchObject({ verdict: 'fail' })
  expect(withoutRow?.reason).toContain('query')
  const table = await readFile(join(copy, proofs), 'utf8')
  const start = table.indexOf('export const queryProofs')
  const end = table.indexOf('\n]', start)
  await write(proofs, `${table.slice(0, end)}\n${files.get(proofs)}${table.slice(end)}`)
  expect(await verify()).toEqual({ id: 'schema/queries', verdict: 'pass', reason: '', others: [] })
}, 180_000)

async function verify() {
  const out = join(copy, 'runs')
  const args = ['bin/verify.ts', '--runtime', 'embedded', '--only', 'schema/queries', '--json', '--out', out]
  // A verdict other than pass is an exit code other than 0.
  const { stdout } = await tool('node', ...args).catch((error: unknown) =>
    z.object({ stdout: z.string() }).parse(error),
  )
  const { scenarios } = reportSchema.parse(JSON.parse(stdout))
  return scenarios.map(({ id, verdict, reason, findings }) => {
    return { id, verdict, reason, others: findings.filter((finding) => finding.verdict !== 'pass') }
  })[0]
}
