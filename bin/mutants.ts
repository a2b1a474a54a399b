// npm run mutants: changes one thing of a query or a view at a time, and says which changes the oracle did not see.
import { ExitCode, UsageError } from '../core/errors.ts'
import { stackDirectory } from '../core/paths.ts'
import { outcomeOf } from '../harness/mutation/fate.ts'
import { readEquivalences, readKillers, writeKillers } from '../harness/rigs/mutants/kept.ts'
import { partsOf } from '../harness/rigs/mutants/parts.ts'
import { partsNamed, sit } from '../harness/rigs/mutants/sitting.ts'
import { startEmbedded } from '../stack/runtime/embedded/embedded.ts'
import { defineCommand, runCommand } from './cli/command.ts'
import { openStatus } from './cli/status.ts'

const command = defineCommand(
  'npm run mutants --',
  'Changes one thing of a query or a view at a time; the oracle of the catalogue must see every change that changes an answer.',
  'npm run mutants -- --only tools,telemetry_counters',
)
  .option('--only <names>', 'parts by what is in their names, separated by commas', '')
  .option('--list', 'print the mutants and try none')
  .option('--update', 'write what killed each into the list that is kept; only of all of them')
  .option('--json', 'print {killed, equivalent, invalid, timedOut, survivors[], lies[]} as JSON')

await runCommand(command, async () => {
  const flags = command.opts<{ only: string; list?: boolean; update?: boolean; json?: boolean }>()
  const words = flags.only
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
  if (flags.update && words.length > 0) throw new UsageError('--update is for all of them: leave out --only')
  const parts = partsNamed(await partsOf(stackDirectory), words)
  const mutants = parts.flatMap((part) => part.mutants)
  if (flags.list) {
    for (const { id, line, before, after } of mutants)
      console.log(`${id} (line ${line}): ${JSON.stringify(before)} → ${JSON.stringify(after)}`)
    return ExitCode.pass
  }
  using status = openStatus()
  await using stack = await startEmbedded({ stackDirectory, ports: 'free', progress: status.update })
  const killers = await readKillers()
  const fates = await sit({ stack, stackDirectory, parts, killers, progress: status.update })
  status[Symbol.dispose]()
  if (flags.update) await writeKillers(parts, fates)
  const outcome = outcomeOf(fates, await readEquivalences())
  if (flags.json) console.log(JSON.stringify(outcome, null, 2))
  else {
    for (const { id, line, before, after } of mutants.filter(({ id: one }) => outcome.survivors.includes(one)))
      console.log(`survived  ${id} (line ${line}): ${JSON.stringify(before)} → ${JSON.stringify(after)}`)
    for (const id of outcome.lies) console.log(`called equivalent, and is not  ${id}`)
    const { killed, equivalent, invalid, timedOut, survivors } = outcome
    console.log(
      `${killed} of ${killed + survivors.length} mutants killed; ${equivalent} answer the same; apart from these: ${invalid} that ClickHouse does not take, ${timedOut} that took too long`,
    )
  }
  return outcome.survivors.length + outcome.lies.length === 0 ? ExitCode.pass : ExitCode.fail
})
