// Backups of the daily stack: what of it a backup is made of, and how it is asked.
import { join } from 'node:path'
import { connect } from '../clickhouse/database.ts'
import { type DailyState, dailyDirectory, dailyProject } from '../daily/state.ts'
import { saltOf } from '../forget/salt.ts'
import { sourcesOf, whatWaits } from '../forget/waiting.ts'
import { type BackedUp, backUp } from './backup.ts'
import { type BackupDirectory, directoryHere, directoryInContainer } from './directory.ts'

/** Its volume of ClickHouse. */
export const DATA = 'clickhouse-data'
/** A query reads every row; of years of a team that takes a while. */
export const ANSWER_MS = 1_800_000

/** Where and as whom it is asked. */
export function connectionOf({ endpoints, users, database }: DailyState) {
  const passwords = { admin: users.admin.password, ingest: users.ingest.password, analyst: users.analyst.password }
  return { endpoints, passwords, database }
}

/** Of its ClickHouse, wherever that runs. */
export function directoryOf({ runtime }: DailyState): Promise<BackupDirectory> {
  return runtime === 'embedded'
    ? directoryHere(join(dailyDirectory(), 'data', DATA))
    : directoryInContainer(runtime, `${dailyProject()}-clickhouse-1`)
}

/** Of the stack that runs, to a file. @throws UserError when it cannot be made; exit code 2 when it is the file that cannot be written */
export async function backUpDaily(
  state: DailyState,
  file: string,
  progress: (message: string) => void,
): Promise<BackedUp & { readonly waits: readonly string[] }> {
  const salt = await saltOf(state, process.env)
  await using admin = connect(connectionOf(state), 'admin', { answerMs: ANSWER_MS })
  await using directory = await directoryOf(state)
  const made = await backUp(admin, { file, salt, directory }, progress)
  const { waits, stays } = await whatWaits(await sourcesOf(state))
  return { ...made, waits: [...waits, ...stays] }
}
