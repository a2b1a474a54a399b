// npm run controls: plants every sabotage and says which were caught.
import { join } from 'node:path'
import { defineCommand, runCommand } from '../core/command.ts'
import { ExitCode, UsageError } from '../core/errors.ts'
import { projectRoot } from '../core/paths.ts'
import { openStatus } from '../core/status.ts'
import { controls } from '../suites/controls/index.ts'
import { type ControlResult, runControl } from '../suites/controls/run.ts'

const command = defineCommand(
  'npm run controls --',
  'Sabotages the stack in one place after another; the oracle named for each must catch it.',
  'npm run controls -- --only no-mask,volatile-queue',
)
  .option('--only <ids>', 'controls by their ids, separated by commas', '')
  .option('--seed <number>', 'the seed of all that is random', '1')
  .option('--json', 'print {planted, caught, missed[]} as JSON')

await runCommand(command, async () => {
  const flags = command.opts<{ only: string; seed: string; json?: boolean }>()
  if (!/^\d{1,15}$/.test(flags.seed)) throw new UsageError(`--seed ${flags.seed}: must be a whole number`)
  const ids = flags.only
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')
  for (const id of ids) {
    if (!controls.some((control) => control.id === id))
      throw new UsageError(`there is no control ${id}; there are: ${controls.map((control) => control.id).join(', ')}`)
  }
  const chosen = ids.length === 0 ? controls : controls.filter(({ id }) => ids.includes(id))
  using status = openStatus()
  const results: ControlResult[] = []
  for (const control of chosen) {
    status.update(`${results.length}/${chosen.length} ${control.id}: ${control.sabotage}`)
    const result = await runControl(control, join(projectRoot, 'stack'), Number(flags.seed))
    results.push(result)
    status.print(
      `${result.caught ? 'caught' : 'MISSED'}  ${control.id}: ${control.sabotage} → ${control.oracle}${result.caught ? '' : `; ${result.found}`}`,
    )
  }
  status[Symbol.dispose]()
  const missed = results.filter(({ caught }) => !caught)
  if (flags.json) {
    const summary = {
      planted: results.length,
      caught: results.length - missed.length,
      missed: missed.map(({ id, found }) => ({ id, found })),
      controls: results,
    }
    console.log(JSON.stringify(summary, null, 2))
  } else {
    console.log(`${results.length - missed.length} of ${results.length} sabotages caught`)
  }
  return missed.length === 0 ? ExitCode.pass : ExitCode.fail
})
