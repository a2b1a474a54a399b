// What `dataset -- list` and `dataset -- unload` do and say: the samples that the running stack holds, and the removal of one.
import { stopSignal } from '../../core/cleanup.ts'
import { ExitCode } from '../../core/errors.ts'
import { stackDirectory } from '../../core/paths.ts'
import { until } from '../../core/poll.ts'
import { connect, type Database } from '../../stack/clickhouse/database.ts'
import { requireState } from '../../stack/daily/state.ts'
import { sourcesOf, whatWaits } from '../../stack/forget/waiting.ts'
import { requireSchema } from '../../stack/query/data-there.ts'
import { show } from '../../stack/query/show.ts'
import { loadedSample, loadedSamples, type Sample } from '../../stack/samples/loaded.ts'
import { unload } from '../../stack/samples/unload.ts'
import { counted } from './counted.ts'
import { openStatus } from './status.ts'

/** What still comes of a load is taken by then, where nothing is broken. */
const WAIT_MS = 60_000
/** A deletion writes parts anew, and lists of samples look at every row. */
const ANSWER_MS = 600_000
const WIDTH = 100_000

export async function listSamples(json: boolean): Promise<ExitCode> {
  await using database = await runningDatabase('analyst')
  const samples = await loadedSamples(database)
  const showing = {
    format: json ? ('json' as const) : ('table' as const),
    width: process.stdout.columns || WIDTH,
    people: new Map<string, string>(),
    tz: 'UTC',
  }
  if (samples.length > 0 || json)
    console.log(
      show(
        samples.map((sample) => ({ ...sample })),
        showing,
      ),
    )
  else console.error('no sample is loaded')
  return ExitCode.pass
}

export async function unloadSample(name: string, dryRun: boolean): Promise<ExitCode> {
  await using database = await runningDatabase('admin')
  // An unknown name is told before anything is waited for.
  const sample = await loadedSample(database, name)
  if (dryRun) {
    console.log(`Would remove ${contentOf(sample)}`)
    return ExitCode.pass
  }
  using status = openStatus()
  const waiting = await waitedFor((message) => status.update(message))
  const removed = await unload(database, name, (message) => status.update(message))
  status[Symbol.dispose]()
  console.log(`Removed ${contentOf(removed)}`)
  for (const each of waiting) console.error(`${each}; if some of it is of ${name}, it comes back: run it again then`)
  return ExitCode.pass
}

function contentOf({ dataset, log_records, data_points }: Sample): string {
  return `the sample ${dataset}: ${counted(log_records, 'log record')} and ${counted(data_points, 'data point')}`
}

/** What waits still, at the end: empty as a rule. */
async function waitedFor(progress: (message: string) => void): Promise<readonly string[]> {
  const sources = await sourcesOf(await requireState())
  let waits: readonly string[] = []
  const rested = async () => {
    ;({ waits } = await whatWaits(sources))
    for (const each of waits) progress(each)
    return waits.length === 0
  }
  await until('an empty queue', rested, { timeoutMs: WAIT_MS, signal: stopSignal }).catch(() => {})
  stopSignal.throwIfAborted()
  return waits
}

async function runningDatabase(role: 'admin' | 'analyst'): Promise<Database> {
  const { endpoints, users, database: name } = await requireState()
  const passwords = { admin: users.admin.password, ingest: users.ingest.password, analyst: users.analyst.password }
  const database = connect({ endpoints, passwords, database: name }, role, { answerMs: ANSWER_MS })
  await requireSchema(database, stackDirectory)
  return database
}
