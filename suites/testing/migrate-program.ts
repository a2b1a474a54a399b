// Stands in for wget and clickhouse-client where stack/clickhouse/migrate.sh runs on this machine: they ask the server on the port of MIGRATE_PORT.
// usage: migrate-program.ts wget|clickhouse-client ARGUMENTS
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { splitStatements } from '../../stack/runtime/sql-statements.ts'

const [program = '', ...args] = process.argv.slice(2)
const { MIGRATE_PORT: port, CLICKHOUSE_USER: user = '', CLICKHOUSE_PASSWORD: password = '' } = process.env

async function ask(url: string, body: string, headers: Record<string, string>): Promise<void> {
  const answer = await fetch(url.replace(':8123/', `:${port}/`), { method: 'POST', headers, body })
  const text = await answer.text()
  if (answer.ok) return void process.stdout.write(text)
  console.error(text)
  process.exit(program === 'wget' ? 8 : 1)
}

if (program === 'wget') {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quiet: { type: 'boolean' },
      tries: { type: 'string' },
      timeout: { type: 'string' },
      'output-document': { type: 'string' },
      header: { type: 'string', multiple: true, default: [] },
      'post-data': { type: 'string', default: '' },
    },
  })
  const headers = values.header.map((header) => header.split(': ', 2))
  await ask(positionals[0] ?? '', values['post-data'], Object.fromEntries(headers))
} else {
  const [flag, first = '', ...more] = args
  const scripts = flag === '--query' ? [first] : [first, ...more].map((file) => readFileSync(file, 'utf8'))
  const headers = { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password }
  for (const { sql } of scripts.flatMap(splitStatements)) await ask('http://127.0.0.1:8123/', sql, headers)
}
