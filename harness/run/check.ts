// Checks a run again, offline: its history and report are read from its directory and judged.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RejudgedRun, rejudge } from '../judge/rejudge.ts'
import { readHistory } from './history.ts'

/** @throws UserError (exit code 2) when there is no history, or a file of it is damaged */
export async function checkRun(runDirectory: string): Promise<RejudgedRun> {
  const report: unknown = await readFile(join(runDirectory, 'report.json'), 'utf8')
    .then(JSON.parse)
    .catch(() => undefined)
  return rejudge(await readHistory(runDirectory), report)
}
