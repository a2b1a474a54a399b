// Splits a script of SQL into its statements. Imports nothing: the substitute image carries this file as it is.

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
