// Runs the stack's own query files, as people do.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import type { Database } from './database.ts'

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

/** The parameters that a query asks for: `{name:Type}`. */
export function parametersOf(sql: string): { readonly name: string; readonly type: string }[] {
  const found = new Map([...sql.matchAll(/\{(\w+):([^}]+)\}/g)].map((match) => [match[1] ?? '', match[2] ?? '']))
  return [...found].map(([name, type]) => ({ name, type }))
}

/** Runs a query file. `now` is filled in where the query asks for it. */
export async function runQuery<T>(
  database: Database,
  stackDirectory: string,
  name: string,
  parameters: Readonly<Record<string, string>>,
): Promise<T[]> {
  const sql = await readQuery(stackDirectory, name)
  const missing = parametersOf(sql).filter((parameter) => parameters[parameter.name] === undefined)
  if (missing.length > 0) {
    throw new UsageError(
      `query ${name} needs ${missing.map(({ name: wanted, type }) => `--${wanted} (${type})`).join(', ')}`,
    )
  }
  if (parameters.session !== undefined && !parametersOf(sql).some((parameter) => parameter.name === 'session'))
    throw new UsageError(`query ${name} is about all sessions and takes no --session`)
  return database.rows<T>(sql, parameters)
}
