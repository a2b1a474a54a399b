// The stack's own query files: which there are, what each asks for, and running one.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import type { Database } from '../clickhouse/database.ts'

/** A typed parameter of a query: `{name:Type}`. */
export interface Parameter {
  readonly name: string
  readonly type: string
}

/** What a parameter is when nobody gives it. Filters that are empty let everything through. */
export const DEFAULTS: Readonly<Record<string, string>> = {
  tz: 'UTC',
  user: '',
  chapter: '',
  branch: '',
  top: '20',
  days: '7',
  limit: '0',
}

/** The names of the queries in `<stack>/clickhouse/queries`. */
export async function queryNames(stackDirectory: string): Promise<string[]> {
  const files = await readdir(join(stackDirectory, 'clickhouse/queries')).catch(() => [])
  return files
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.slice(0, -4))
    .sort()
}

/** The text of a query. @throws UsageError when there is none of that name */
export async function readQuery(stackDirectory: string, name: string): Promise<string> {
  const names = await queryNames(stackDirectory)
  if (!names.includes(name)) throw new UsageError(`there is no query ${name}; there are: ${names.join(', ')}`)
  return readFile(join(stackDirectory, 'clickhouse/queries', `${name}.sql`), 'utf8')
}

/** What a query answers, in one sentence: its first line. */
export function answerOf(sql: string): string {
  return /^-- (.*)/.exec(sql)?.[1] ?? ''
}

/** The parameters that a query asks for, each once. */
export function parametersOf(sql: string): Parameter[] {
  const found = new Map([...sql.matchAll(/\{(\w+):([^}]+)\}/g)].map((match) => [match[1] ?? '', match[2] ?? '']))
  return [...found].map(([name, type]) => ({ name, type }))
}

/** Runs a query file. What is not given and has a default is filled in. @throws UsageError for a parameter that is missing */
export async function runQuery<T>(
  database: Database,
  stackDirectory: string,
  name: string,
  given: Readonly<Record<string, string>>,
): Promise<T[]> {
  const sql = await readQuery(stackDirectory, name)
  const parameters = parametersOf(sql)
  const values = { ...DEFAULTS, ...given }
  const missing = parameters.filter((parameter) => values[parameter.name] === undefined)
  if (missing.length > 0) {
    const wanted = missing.map((parameter) => `--${parameter.name} (${parameter.type})`)
    throw new UsageError(`query ${name} needs ${wanted.join(', ')}`)
  }
  return database.rows<T>(
    sql,
    Object.fromEntries(parameters.map((parameter) => [parameter.name, values[parameter.name]])),
  )
}
