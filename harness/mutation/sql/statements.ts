// The statements of a schema file: what each makes, and its text.
import { Sql } from './sql.ts'

export interface Statement {
  /** Without its database. */
  readonly name: string
  readonly makes: 'view' | 'materialized view' | 'function' | 'other'
  /** Without its semicolon, with the comments within. */
  readonly sql: string
}

export function statementsOf(text: string): Statement[] {
  const sql = new Sql(text)
  const statements: Statement[] = []
  let from = 0
  for (;;) {
    const to = sql.forward(from, (index) => sql.at(index) === ';')
    if (to > from) statements.push(statement(sql.slice({ from, to })))
    if (to >= sql.tokens.length) return statements
    from = to + 1
  }
}

function statement(text: string): Statement {
  const head =
    /^CREATE\s+(?:OR\s+REPLACE\s+)?(MATERIALIZED\s+VIEW|VIEW|FUNCTION)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:\w+\.)?(\w+)/i.exec(
      text,
    )
  const kind = head?.[1]?.toLowerCase().replace(/\s+/, ' ')
  const makes = (['view', 'materialized view', 'function'] as const).find((one) => one === kind) ?? 'other'
  return { name: head?.[2] ?? '', makes, sql: text }
}
