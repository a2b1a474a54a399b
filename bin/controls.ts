// npm run controls: plants every sabotage and says which were caught.
import { createHash } from 'node:crypto'
import pMap from 'p-map'
import { monotonicMs } from '../core/clock.ts'
import { ExitCode, UsageError } from '../core/errors.ts'
import { stackDirectory } from '../core/paths.ts'
import { chooseRuntime } from '../stack/runtime/auto/choose.ts'
import { runtimeKinds } from '../stack/runtime/runtime.ts'
import type { Control } from '../suites/controls/control.ts'
import { controls } from '../suites/controls/index.ts'
import { type ControlResult, runControl } from '../suites/controls/run.ts'
import { defineCommand, runCommand } from './cli/command.ts'
import { openStatus } from './cli/status.ts'

const MINUTE_MS = 60_000

const command = defineCommand(
  'npm run controls --',
  'Sabotages the stack in one place at a time; the oracle named for each sabotage must catch it.',
  'npm run controls -- --only no-mask,volatile-queue',
)
  .option(
    '--runtime <kind>',
    'embedded, docker or podman; controls that need containers do not run on embedded',
    'embedded',
  )
  .option('--only <ids>', 'controls by their ids, or by the suite of their scenario, separated by commas', '')
  .option('--seed <number>', 'the seed of all that is random', '1')
  .option(
    '--workers <number>',
    'controls at a time; those that measure a rate, a delay or memory run alone all the same',
    '1',
  )
  .option('--within <minutes>', 'begins none later than that, and says which were not tried', '')
  .option('--order <text>', 'tries them in an order that this text decides; as they are listed when absent', '')
  .option('--json', 'print {planted, caught, missed[], untried[]} as JSON')

await runCommand(command, async () => {
  const flags = command.opts<{
    runtime: string
    only: string
    seed: string
    workers: string
    within: string
    order: string
    json?: boolean
  }>()
  const kind = runtimeKinds.find((one) => one === flags.runtime)
  if (kind === undefined) throw new UsageError(`--runtime ${flags.runtime}: must be embedded, docker or podman`)
  if (!/^\d{1,15}$/.test(flags.seed)) throw new UsageError(`--seed ${flags.seed}: must be a whole number`)
  if (!/^[1-9]\d?$/.test(flags.workers))
    throw new UsageError(`--workers ${flags.workers}: must be a number from 1 to 99`)
  if (!/^(?:[1-9]\d{0,3})?$/.test(flags.within))
    throw new UsageError(`--within ${flags.within}: must be a whole number of minutes, 1 to 9999`)
  const ids = flags.only
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')
  for (const id of ids) {
    if (!controls.some((control) => isNamed(control, id)))
      throw new UsageError(`there is no control ${id}; there are: ${controls.map((control) => control.id).join(', ')}`)
  }
  const named = ids.length === 0 ? controls : controls.filter((control) => ids.some((id) => isNamed(control, id)))
  const chosen = named.filter(({ containers }) => kind !== 'embedded' || containers !== true)
  if (chosen.length === 0) throw new UsageError(`${ids.join(', ')}: needs containers; add --runtime docker or podman`)
  const runtime = await chooseRuntime(kind, stackDirectory)
  using status = openStatus()
  const results: ControlResult[] = []
  const untried: string[] = []
  const endMs = flags.within === '' ? Number.POSITIVE_INFINITY : monotonicMs() + Number(flags.within) * MINUTE_MS
  const run = async (control: Control) => {
    if (monotonicMs() > endMs) return void untried.push(control.id)
    status.update(`${results.length}/${chosen.length} ${control.id}: ${control.sabotage}`)
    const result = await runControl(control, stackDirectory, Number(flags.seed), runtime)
    results.push(result)
    status.print(
      `${result.caught ? 'caught' : 'MISSED'}  ${control.id}: ${control.sabotage} → ${control.oracle}${result.caught ? '' : `; ${result.found}`}`,
    )
  }
  const ordered = flags.order === '' ? chosen : inOrderOf(flags.order, chosen)
  const [alone, others] = [ordered.filter((one) => one.alone === true), ordered.filter((one) => one.alone !== true)]
  await pMap(alone, run, { concurrency: 1 })
  await pMap(others, run, { concurrency: Number(flags.workers) })
  status[Symbol.dispose]()
  const missed = results.filter(({ caught }) => !caught)
  if (flags.json) {
    const summary = {
      planted: results.length,
      caught: results.length - missed.length,
      missed: missed.map(({ id, found }) => ({ id, found })),
      untried,
      controls: results,
    }
    console.log(JSON.stringify(summary, null, 2))
  } else {
    console.log(`${results.length - missed.length} of ${results.length} sabotages caught`)
    if (untried.length > 0) console.log(`not tried within ${flags.within} min: ${untried.join(', ')}`)
  }
  return missed.length === 0 ? ExitCode.pass : ExitCode.fail
})

/** The same for the same text, and another for another. */
function inOrderOf(text: string, all: readonly Control[]): Control[] {
  const rank = ({ id }: Control) => createHash('sha256').update(`${text} ${id}`).digest('hex')
  return all.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))
}

function isNamed({ id, scenario }: Control, name: string): boolean {
  return id === name || scenario.startsWith(`${name}/`)
}
