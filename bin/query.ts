// npm run query: runs one of the stack's queries against the running stack.
import { nowMs } from '../core/clock.ts'
import { ExitCode } from '../core/errors.ts'
import { stackDirectory } from '../core/paths.ts'
import { connect } from '../stack/clickhouse/database.ts'
import { queryNames, runQuery } from '../stack/clickhouse/query.ts'
import { requireState } from '../stack/daily/state.ts'
import { defineCommand, runCommand } from './cli/command.ts'

const command = defineCommand(
  'npm run query --',
  'Runs a query of stack/clickhouse/queries against the running stack, as the analyst.',
  'npm run query -- cost-by-chapter',
)
  .argument('[name]', 'the query; without it, the queries there are')
  .option('--session <id>', 'for queries about one session')
  .option('--json', 'rows as JSON')

await runCommand(command, async () => {
  const [name] = command.args
  if (name === undefined) {
    console.log((await queryNames(stackDirectory)).join('\n'))
    return ExitCode.pass
  }
  const flags = command.opts<{ session?: string; json?: boolean }>()
  const { endpoints, users, database } = await requireState()
  const passwords = { admin: users.admin.password, ingest: users.ingest.password, analyst: users.analyst.password }
  await using connection = connect({ endpoints, passwords, database }, 'analyst')
  const rows = await runQuery<Record<string, unknown>>(connection, stackDirectory, name, {
    now: String(nowMs() / 1000),
    ...(flags.session === undefined ? {} : { session: flags.session }),
  })
  if (flags.json) console.log(JSON.stringify(rows, null, 2))
  else if (rows.length === 0) console.log('no rows')
  else console.table(rows)
  return ExitCode.pass
})
