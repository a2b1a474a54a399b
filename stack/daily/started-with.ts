// What a stack was started with, so that `up` can tell that something has changed since.
import { createHash } from 'node:crypto'
import { glob, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

/** What decides how a stack works, in its directory. */
const FILES = [
  'compose.yaml',
  'collector/*.yaml',
  'clickhouse/users.xml',
  'clickhouse/config.d/*',
  'clickhouse/schema/*.sql',
  'clickhouse/retention.sql',
  'policy/sanitization.yaml',
]
/** Compiled from the policy. */
const COMPILED = 'collector/sanitization.yaml'

export interface StartedWith {
  /** Name below the stack's directory, to the sum of its content. */
  readonly files: Readonly<Record<string, string>>
  /** Those that were set, by name, to the sum of their value: some are secret. */
  readonly variables: Readonly<Record<string, string>>
}

/** @param environment of which the variables of compose.yaml count */
export async function startedWith(
  stackDirectory: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<StartedWith> {
  const names = await variablesOfStack(stackDirectory)
  const files: Record<string, string> = {}
  for (const pattern of FILES) {
    for await (const file of glob(join(stackDirectory, pattern))) {
      const name = relative(stackDirectory, file)
      if (name !== COMPILED) files[name] = sumOf(await readFile(file))
    }
  }
  const set = [...names].flatMap((name) => {
    const value = environment[name]
    return value === undefined ? [] : [[name, sumOf(value)] as const]
  })
  return { files, variables: Object.fromEntries(set) }
}

/** The sum of the programs that run it: the keeper and the relay go on with what they were started with. */
export async function codeOf(stackDirectory: string): Promise<string> {
  const files: string[] = []
  for await (const file of glob(['{core,stack}/**/*.ts', 'package-lock.json'], { cwd: dirname(stackDirectory) }))
    if (!file.endsWith('.test.ts')) files.push(file)
  const texts = files
    .sort()
    .map(async (file) => `${file}\n${await readFile(join(dirname(stackDirectory), file), 'utf8')}`)
  return sumOf((await Promise.all(texts)).join('\n'))
}

/** The variables that compose.yaml reads. */
export async function variablesOfStack(stackDirectory: string): Promise<ReadonlySet<string>> {
  const compose = await readFile(join(stackDirectory, 'compose.yaml'), 'utf8').catch(() => '')
  return new Set([...compose.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name))
}

/**
 * What differs, by name. A variable counts only where it is set now: a shell that does not set it says nothing about it.
 */
export function changesSince(before: StartedWith | undefined, now: StartedWith): string[] {
  // One of an earlier version does not say.
  if (before === undefined) return ['this version']
  const files = new Set([...Object.keys(before.files), ...Object.keys(now.files)])
  return [
    ...[...files].filter((name) => before.files[name] !== now.files[name]).map((name) => `stack/${name}`),
    ...Object.keys(now.variables).filter((name) => before.variables[name] !== now.variables[name]),
  ].sort()
}

/** The variables that it was started with and that this environment does not set. */
export function setThenOnly(
  before: StartedWith | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  return Object.keys(before?.variables ?? {}).filter((name) => environment[name] === undefined)
}

function sumOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16)
}
