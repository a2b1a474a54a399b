// What `stack -- backup` and `stack -- restore` do and say.
import { resolve } from 'node:path'
import { ExitCode } from '../../core/errors.ts'
import type { Rows } from '../../stack/backup/backup.ts'
import { backUpDaily } from '../../stack/backup/daily.ts'
import { restoreDaily } from '../../stack/backup/restore.ts'
import { planUpgrade, upgrade } from '../../stack/backup/upgrade.ts'
import { requireState } from '../../stack/daily/state.ts'
import { openStatus } from './status.ts'

export async function makeBackup(file: string): Promise<ExitCode> {
  const path = resolve(file)
  using status = openStatus()
  const made = await backUpDaily(await requireState(), path, (message) => status.update(message))
  status[Symbol.dispose]()
  console.log(`${path} holds ${renderRows(made.rows)}, of schema version ${made.schemaVersion} (${made.bytes} bytes).`)
  console.log('It also holds the salt of the hashes: keep it as you keep the stack.')
  for (const each of made.waits) console.log(`Not in it, as it is not stored yet: ${each}.`)
  return ExitCode.pass
}

export async function restoreBackup(file: string): Promise<ExitCode> {
  const path = resolve(file)
  using status = openStatus()
  const { about, rows, expired } = await restoreDaily(await requireState(), path, (message) => status.update(message))
  status[Symbol.dispose]()
  const hashes = 'People have the same hashes as then.'
  console.log(`The stack is up again, with ${renderRows(rows)} of ${about.madeAt}. ${hashes}`)
  if (expired > 0)
    console.log(
      `Of these, ${expired} came longer ago than rows are kept here (TELEMETRY_RETENTION_DAYS) and will be deleted; the file still holds them.`,
    )
  return ExitCode.pass
}

export async function upgradeStack(dryRun: boolean): Promise<ExitCode> {
  const state = await requireState()
  const plan = await planUpgrade(state)
  const { from, to, changes } = plan
  if (changes.length === 0 && from === to) {
    console.log(`Nothing to upgrade: the stack runs with the files that are here, of schema version ${to}.`)
    return ExitCode.pass
  }
  const schema = from === to ? `schema version ${to} stays` : `schema version ${from} becomes ${to}`
  console.log(`${schema}; changed: ${changes.length === 0 ? 'nothing else' : changes.join(', ')}.`)
  if (dryRun) return ExitCode.pass
  using status = openStatus()
  const { file, rows } = await upgrade(state, plan, (message) => status.update(message))
  status[Symbol.dispose]()
  console.log(`The stack is up again and healthy, with ${rows.after} events and data points (${rows.before} before).`)
  console.log(`What was there before is in ${file}; remove it when you no longer want to go back.`)
  return ExitCode.pass
}

/** What else is there is told where it is something. */
function renderRows(rows: Rows): string {
  const { log_records: events = 0, metric_points: points = 0, ...others } = rows
  const more = Object.entries(others).flatMap(([table, count]) =>
    count === 0 ? [] : [many(count, `row`, ` of ${table}`)],
  )
  return [many(events, 'log record'), many(points, 'data point'), ...more].join(', ')
}

function many(count: number, noun: string, behind = ''): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}${behind}`
}
