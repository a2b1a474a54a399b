// Brings the running daily stack to the files that are here now, after a git pull: with a backup before, and a look at it behind.
import { join } from 'node:path'
import { isoTime, nowMs } from '../../core/clock.ts'
import { makeDirectories } from '../../core/directories.ts'
import { messageOf, UserError } from '../../core/errors.ts'
import { dataDirectory, stackDirectory } from '../../core/paths.ts'
import { until } from '../../core/poll.ts'
import { connect } from '../clickhouse/database.ts'
import { down, up } from '../daily/daily.ts'
import { requireStartable } from '../daily/startable.ts'
import { changesSince, codeOf, setThenOnly, startedWith } from '../daily/started-with.ts'
import type { DailyState } from '../daily/state.ts'
import { statusOf } from '../daily/status.ts'
import { sourcesOf, whatWaits } from '../forget/waiting.ts'
import { schemaFiles } from '../runtime/schema-files.ts'
import { schemaVersionOf } from './backup.ts'
import { backUpDaily, connectionOf } from './daily.ts'

const HEALTHY_MS = 60_000

export interface Plan {
  /** Schema versions: of the data, and of the files. */
  readonly from: number
  readonly to: number
  /** Files of the stack and variables that are not as they were at its start; its programs as a whole. */
  readonly changes: readonly string[]
}

/** What an upgrade would change; nothing is changed yet. @throws UserError when it could not be done */
export async function planUpgrade(state: DailyState): Promise<Plan> {
  await using admin = connect(connectionOf(state), 'admin')
  const from = await schemaVersionOf(admin)
  const to = (await schemaFiles(join(stackDirectory, 'clickhouse/schema'))).at(-1)?.version ?? 0
  if (from > to)
    throw new UserError(`the data is of schema version ${from}, newer than these files (${to}): use the newer checkout`)
  const elsewhere = setThenOnly(state.startedWith, process.env)
  if (elsewhere.length > 0)
    throw new UserError(
      `nothing is changed: the stack was started with ${elsewhere.join(', ')} set, and it has to be started again: set that as it was then`,
    )
  const changes = changesSince(state.startedWith, await startedWith(stackDirectory, process.env))
  const programs = state.code === (await codeOf(stackDirectory)) ? [] : ['its programs']
  return { from, to, changes: [...changes, ...programs] }
}

export interface Upgraded {
  /** The backup from before. */
  readonly file: string
  readonly rows: { readonly before: number; readonly after: number }
}

/**
 * Carries the plan out. What waits has to be stored first, so that the backup is all there is; the relay's buffer stays.
 * @throws UserError which says how to go back, once something has changed
 */
export async function upgrade(state: DailyState, plan: Plan, progress: (message: string) => void): Promise<Upgraded> {
  await requireStartable(state.runtime, state)
  // Dead letters stay where they are, whatever is upgraded.
  const [first] = (await whatWaits(await sourcesOf(state))).waits
  if (first !== undefined) throw new UserError(`nothing is changed: ${first}; when that is over, run it again`)
  // Beside the stack's own directory: `down --purge`, on the way back, leaves it.
  const directory = join(dataDirectory(), 'backups')
  await makeDirectories(directory, 0o700)
  const file = join(directory, `schema-${plan.from}-${isoTime(nowMs()).replaceAll(/[:.]/g, '-')}`)
  progress('making a backup of what there is')
  await backUpDaily(state, file, progress)
  const before = await shown(state)
  const back = `to go back: check out the version of before, then npm run stack -- down --purge, up, and restore ${file}`
  try {
    progress('stopping the stack, to start it with what is here now')
    await down()
    const { state: now } = await up({ kind: state.runtime, relay: state.relay !== undefined }, progress)
    progress('looking whether it is well')
    await until('a healthy stack', async () => (await statusOf(now)).healthy, {
      timeoutMs: HEALTHY_MS,
      intervalMs: 500,
    })
    const after = await shown(now)
    if (after < before) throw new UserError(`of ${before} events and data points ${after} are shown`)
    return { file, rows: { before, after } }
  } catch (error) {
    throw new UserError(`the upgrade did not succeed: ${messageOf(error)}\n${back}`)
  }
}

/** Events and data points that queries see. */
async function shown(state: DailyState): Promise<number> {
  await using admin = connect(connectionOf(state), 'admin')
  const [row] = await admin.rows<{ rows: number }>(
    'SELECT (SELECT count() FROM telemetry.telemetry_events) + (SELECT count() FROM telemetry.telemetry_metrics) AS rows',
  )
  return row?.rows ?? 0
}
