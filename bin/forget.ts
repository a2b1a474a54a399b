// npm run forget: deletes a person's data from the running stack, and keeps out what still comes of it.
import { ExitCode, UsageError } from '../core/errors.ts'
import { requireState } from '../stack/daily/state.ts'
import { forget } from '../stack/forget/forget.ts'
import { givenValues, storedValues } from '../stack/forget/person.ts'
import { renderForgotten } from '../stack/forget/render.ts'
import { saltOf } from '../stack/forget/salt.ts'
import { sourcesOf } from '../stack/forget/waiting.ts'
import { defineCommand, runCommand } from './cli/command.ts'
import { openStatus } from './cli/status.ts'

const MOST_WAIT_S = 86_400
const collect = (value: string, before: readonly string[]) => [...before, value]

const command = defineCommand(
  'npm run forget --',
  "Deletes a person's data from the running stack, and keeps out what still comes of this person.",
  'npm run forget -- --email alice@example.com --dry-run',
)
  .option('--email <address>', 'the e-mail address of the account; may be given several times', collect, [])
  .option(
    '--user <id>',
    'a user.id, an account id, a name, or a hash as queries show it; may be given several times',
    collect,
    [],
  )
  .option('--dry-run', 'only tell what there is')
  .option('--wait <seconds>', 'how long to wait until queue and buffer are empty', '60')
  .option('--json', 'as JSON')

await runCommand(command, async () => {
  const flags = command.opts<{ email: string[]; user: string[]; dryRun?: boolean; wait: string; json?: boolean }>()
  if (!/^\d{1,5}$/.test(flags.wait) || Number(flags.wait) > MOST_WAIT_S)
    throw new UsageError(`--wait ${flags.wait}: must be seconds, 0 to ${MOST_WAIT_S}`)
  const asked = { emails: flags.email, users: flags.user }
  // Wrong with a stack or without one.
  givenValues(asked)
  const state = await requireState()
  const values = storedValues(asked, await saltOf(state, process.env))
  const { endpoints, users, database } = state
  const passwords = { admin: users.admin.password, ingest: users.ingest.password, analyst: users.analyst.password }
  using status = openStatus()
  const forgotten = await forget({
    stack: { endpoints, passwords, database },
    sources: await sourcesOf(state),
    values,
    dryRun: flags.dryRun === true,
    waitMs: 1000 * Number(flags.wait),
    progress: (message) => status.update(message),
  })
  status[Symbol.dispose]()
  console.log(flags.json ? JSON.stringify(forgotten, null, 2) : renderForgotten(forgotten).join('\n'))
  return ExitCode.pass
})
