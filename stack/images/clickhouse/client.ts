// The clickhouse-client of the substitute image: the few options that scripts use, over the server's HTTP port.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { splitStatements } from '../../runtime/sql-statements.ts'

const { values, positionals } = parseArgs({
  options: {
    host: { type: 'string', short: 'h', default: process.env.CLICKHOUSE_HOST ?? '127.0.0.1' },
    user: { type: 'string', short: 'u', default: process.env.CLICKHOUSE_USER ?? 'default' },
    password: { type: 'string', default: process.env.CLICKHOUSE_PASSWORD ?? '' },
    database: { type: 'string', short: 'd', default: '' },
    query: { type: 'string', short: 'q' },
    multiquery: { type: 'boolean', short: 'n' },
    'queries-file': { type: 'string' },
  },
  // Further files of --queries-file.
  allowPositionals: true,
})
const { host, user, password, database } = values
const files = values['queries-file'] === undefined ? [] : [values['queries-file'], ...positionals]
const scripts =
  values.query === undefined
    ? (files.length > 0 ? files : [0]).map((file) => readFileSync(file, 'utf8'))
    : [values.query]
for (const { sql } of scripts.flatMap(splitStatements)) {
  const response = await fetch(`http://${host}:8123/?${new URLSearchParams(database === '' ? {} : { database })}`, {
    method: 'POST',
    headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password },
    body: sql,
  }).catch((error: unknown) => {
    console.error(`${host}:8123 does not answer: ${String(error instanceof Error ? (error.cause ?? error) : error)}`)
    process.exit(210)
  })
  const answer = await response.text()
  if (!response.ok) {
    console.error(answer.trim())
    process.exit(1)
  }
  process.stdout.write(answer)
}
