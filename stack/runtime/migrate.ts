// Applies the schema files over HTTP, as stack/clickhouse/migrate.sh does with clickhouse-client.
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { messageOf, UserError } from '../../core/errors.ts'

export interface MigrationTarget {
  /** http://host:port */
  readonly url: string
  readonly user: string
  readonly password: string
}

/** Applies every `*.sql` of a directory in the order of its name. @throws UserError naming file, line and ClickHouse's answer */
export async function migrate(directory: string, target: MigrationTarget): Promise<void> {
  const files = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.sql')).sort()
  if (files.length === 0) throw new UserError(`no schema files (*.sql) in ${directory}`)
  for (const name of files) {
    const text = await readFile(join(directory, name), 'utf8')
    for (const statement of splitStatements(text)) {
      const response = await fetch(target.url, {
        method: 'POST',
        headers: { 'X-ClickHouse-User': target.user, 'X-ClickHouse-Key': target.password },
        body: statement.sql,
      }).catch((error: unknown) => {
        const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
        throw new UserError(
          `ClickHouse on ${target.url} stopped answering while the schema was applied: ${messageOf(cause)}`,
        )
      })
      const answer = await response.text()
      if (!response.ok) {
        throw new UserError(
          `stack/clickhouse/schema/${basename(name)}:${statement.line}: ${answer.trim().split('\n')[0]?.slice(0, 400)}`,
        )
      }
    }
  }
}

export interface Statement {
  readonly sql: string
  /** The line of the file on which it begins. */
  readonly line: number
}

/** The statements of a script. A semicolon inside quotes or a comment ends nothing. */
export function splitStatements(script: string): Statement[] {
  const statements: Statement[] = []
  // Quoted text with backslash escapes and doubled quotes, line and block comments, the separator, or one other character.
  const tokens =
    /'(?:\\[\s\S]|''|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*"|`(?:\\[\s\S]|[^`\\])*`|--[^\n]*|\/\*[\s\S]*?\*\/|;|[\s\S]/g
  let sql = ''
  let line = 1
  let startLine = 1
  for (const [token] of script.matchAll(tokens)) {
    if (token === ';') {
      if (sql.trim() !== '') statements.push({ sql: sql.trim(), line: startLine })
      sql = ''
    } else if (token.startsWith('/*')) {
      // A comment separates words as a space does.
      sql += ' '
    } else if (!token.startsWith('--')) {
      if (sql.trim() === '') startLine = line
      sql += token
    }
    line += token.split('\n').length - 1
  }
  if (sql.trim() !== '') statements.push({ sql: sql.trim(), line: startLine })
  return statements
}
