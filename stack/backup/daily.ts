// Backups of the daily stack: what of it a backup is made of, and how it is asked.
import { join } from 'node:path'
import { MachineError } from '../../core/errors.ts'
import { connect } from '../clickhouse/database.ts'
import { type DailyState, dailyDirectory } from '../daily/state.ts'
import { saltOf } from '../forget/salt.ts'
import { sourcesOf, whatWaits } from '../forget/waiting.ts'
import { type BackedUp, backUp } from './backup.ts'

/** Its volume of ClickHouse. */
export const DATA = 'clickhouse-data'
/** A query reads every row; of years of a team that takes a while. */
export const ANSWER_MS = 1_800_000

/** Where and as whom it is asked. */
export function connectionOf({ endpoints, users, database }: DailyState) {
  const passwords = { admin: users.admin.password, ingest: users.ingest.password, analyst: users.analyst.password }
  return { endpoints, passwords, database }
}

/** @throws MachineError where the data is not in a directory of this machine */
export function requireProcesses({ runtime }: DailyState): void {
  if (runtime !== 'embedded')
    throw new MachineError(
      `this stack runs on ${runtime}: its data is in a volume of the engine, which this command does not back up (docs/containers.md)`,
    )
}

/** Of the stack that runs, to a file. @throws UserError when it cannot be made; exit code 2 when it is the file that cannot be written */
export async function backUpDaily(
  state: DailyState,
  file: string,
  progress: (message: string) => void,
): Promise<BackedUp & { readonly waits: readonly string[] }> {
  requireProcesses(state)
  const salt = await saltOf(state, process.env)
  await using admin = connect(connectionOf(state), 'admin', { answerMs: ANSWER_MS })
  const made = await backUp(admin, { file, salt, directory: join(dailyDirectory(), 'data', DATA) }, progress)
  const { waits, stays } = await whatWaits(await sourcesOf(state))
  return { ...made, waits: [...waits, ...stays] }
}
