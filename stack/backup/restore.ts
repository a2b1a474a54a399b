// Puts a backup into the daily stack: beside what runs, which is left alone until the backup stands whole and holds nothing itself.
import { rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ExitCode, UserError } from '../../core/errors.ts'
import { stackDirectory } from '../../core/paths.ts'
import { connect } from '../clickhouse/database.ts'
import { down, up } from '../daily/daily.ts'
import { requireVariables, set } from '../daily/startable.ts'
import { setThenOnly } from '../daily/started-with.ts'
import { type DailyState, dailyDirectory, dailyProject, dailySecrets, keepSalt, knownSalt } from '../daily/state.ts'
import { sourcesOf, whatWaits } from '../forget/waiting.ts'
import { chooseRuntime } from '../runtime/auto/choose.ts'
import { startEmbedded } from '../runtime/embedded/embedded.ts'
import { retentionDaysOf } from '../runtime/retention.ts'
import type { Stack } from '../runtime/runtime.ts'
import { schemaFiles } from '../runtime/schema-files.ts'
import { putBack, type Rows, rowsOf } from './backup.ts'
import { ANSWER_MS, connectionOf, DATA, directoryOf } from './daily.ts'
import { type BackupDirectory, directoryHere } from './directory.ts'
import { type About, readBackup } from './file.ts'
import { placeIn } from './place.ts'

export interface Restored {
  readonly about: About
  readonly rows: Rows
  /** Of these rows, those that came longer ago than rows are kept now. */
  readonly expired: number
}

/**
 * Into the stack that runs, which must hold nothing; it is started again with what the backup holds, and with its salt.
 * @throws UserError when the file is no whole backup or of a newer schema (exit code 2), when the stack holds something, or when it does not succeed;
 * then the stack is as it was
 */
export async function restoreDaily(
  state: DailyState,
  file: string,
  progress: (message: string) => void,
): Promise<Restored> {
  requireVariables(process.env)
  const days = retentionDaysOf(process.env.TELEMETRY_RETENTION_DAYS)
  progress(`reading ${file}`)
  const about = await readBackup(file)
  await requireFit(state, about)
  await requireEmpty(connectionOf(state))
  await requireRest(state)
  const found = await (state.runtime === 'embedded' ? asProcesses : inContainers)({
    state,
    file,
    about,
    days,
    progress,
  })
  return { about, ...found }
}

interface Restoring {
  readonly state: DailyState
  readonly file: string
  readonly about: About
  readonly days: number
  readonly progress: (message: string) => void
}

type Found = Omit<Restored, 'about'>

/** Beside the stack, which is stopped only to exchange one directory for another. */
async function asProcesses({ state, file, about, days, progress }: Restoring): Promise<Found> {
  await using room = await placeIn(join(dailyDirectory(), 'restoring'))
  progress('restoring beside the stack')
  const found = await beside(room.path, { file, about, days })
  progress('stopping the stack, to put it in place')
  return await stopped(state, progress, async () => {
    await exchange(room.path, about.salt)
    return found
  })
}

/** Does something while the stack is stopped; it is started again whether that succeeds or not. */
async function stopped<T>(state: DailyState, progress: Restoring['progress'], work: () => Promise<T>): Promise<T> {
  await down()
  const result = await work().then(
    (value) => ({ value }),
    (problem: unknown) => ({ problem }),
  )
  await up({ kind: state.runtime, relay: state.relay !== undefined }, progress)
  if ('problem' in result) throw result.problem
  return result.value
}

async function requireFit(state: DailyState, about: About): Promise<void> {
  const newest = (await schemaFiles(join(stackDirectory, 'clickhouse/schema'))).at(-1)?.version ?? 0
  if (about.schemaVersion > newest)
    throw new UserError(
      `the backup is of schema version ${about.schemaVersion}, newer than these files (${newest}): use the newer stack`,
      ExitCode.unknown,
    )
  const elsewhere = setThenOnly(state.startedWith, process.env)
  if (elsewhere.length > 0)
    throw new UserError(
      `nothing is changed: the stack was started with ${elsewhere.join(', ')} set, and it has to be started again: set that as it was then`,
    )
  const given = process.env.TELEMETRY_HASH_SALT
  if (given !== undefined && given !== about.salt)
    throw new UserError(
      'nothing is changed: TELEMETRY_HASH_SALT is set to another salt than that of the backup, by which nobody would stay the same: unset it, here and where the stack is started',
    )
}

async function requireEmpty(
  stack: Pick<Stack, 'passwords' | 'database'> & { readonly endpoints: { readonly clickhouseHttp: string } },
) {
  await using admin = connect(stack, 'admin', { answerMs: ANSWER_MS })
  const found = Object.entries(await rowsOf(admin)).flatMap(([table, rows]) =>
    rows === 0 ? [] : [`${rows} rows of ${table}`],
  )
  if (found.length > 0)
    throw new UserError(
      `nothing is changed: a backup is put into an empty stack only, and this one holds ${found.join(' and ')}; back it up and empty it (npm run stack -- down --purge, then up), or set TELEMETRY_PROOF_DATA to another directory and start one there`,
    )
}

/** What waits was hashed with the salt that goes. Dead letters are never delivered. */
async function requireRest(state: DailyState): Promise<void> {
  const [first] = (await whatWaits(await sourcesOf(state))).waits
  if (first !== undefined) throw new UserError(`nothing is changed: ${first}; when that is over, run it again`)
}

/** In a ClickHouse of its own, twice started: the second start brings an older schema forward, as that of the stack would. */
async function beside(room: string, { file, about, days }: Pick<Restoring, 'file' | 'about' | 'days'>): Promise<Found> {
  const start = () => startAlone(room, about.salt)
  {
    await using stack = await start()
    await using admin = connect(stack, 'admin', { answerMs: ANSWER_MS })
    await using directory = await directoryHere(join(room, DATA))
    await putBack(admin, { file, directory, about })
  }
  await using stack = await start()
  return await foundIn(stack, days)
}

async function foundIn(stack: Stack, days: number): Promise<Found> {
  await using admin = connect(stack, 'admin', { answerMs: ANSWER_MS })
  const [old] = await admin.rows<{ rows: number }>(
    `SELECT (SELECT count() FROM telemetry.log_records WHERE received_at < now64(3) - toIntervalDay({days:UInt32}))
          + (SELECT count() FROM telemetry.metric_points WHERE received_at < now64(3) - toIntervalDay({days:UInt32})) AS rows`,
    { days },
  )
  return { rows: await rowsOf(admin), expired: days === 0 ? 0 : (old?.rows ?? 0) }
}

async function startAlone(dataDirectory: string, salt: string): Promise<Stack> {
  return startEmbedded({ ...(await alone(salt)), dataDirectory })
}

async function alone(salt: string) {
  const variables = {
    ...set(process.env),
    ...(await dailySecrets()),
    TELEMETRY_HASH_SALT: salt,
    TELEMETRY_RETENTION_DAYS: '0',
  }
  return { stackDirectory, ports: 'free', shape: 'database', variables } as const
}

/** The one is put in the place of the other, if nothing has come there meanwhile. */
async function exchange(room: string, salt: string): Promise<void> {
  const place = join(dailyDirectory(), 'data', DATA)
  {
    await using stack = await startAlone(dirname(place), salt)
    await requireEmpty(stack)
  }
  const before = await knownSalt({ running: true })
  // First: should this end here, an empty stack has another salt, and no rows have the wrong one.
  await keepSalt(salt)
  try {
    await rename(place, join(room, 'before'))
    await rename(join(room, DATA), place)
  } catch (error) {
    if (before !== undefined) await keepSalt(before)
    throw error
  }
}

/**
 * In the volume itself, as no engine exchanges one for another: the stack is stopped, so nothing comes meanwhile, and its ClickHouse is started
 * alone, once to take the rows and once to bring them forward. What it took before something failed is removed again.
 */
async function inContainers({ state, file, about, days, progress }: Restoring): Promise<Found> {
  const runtime = await chooseRuntime(state.runtime, stackDirectory)
  const start = async () => runtime.start({ ...(await alone(about.salt)), projectName: dailyProject() })
  progress('stopping the stack, to restore into its volume')
  return stopped(state, progress, async () => {
    const before = await knownSalt({ running: true })
    try {
      {
        await using stack = await start()
        await requireEmpty(stack)
        progress('restoring')
        // First: should this end here, an empty stack has another salt, and no rows have the wrong one.
        await keepSalt(about.salt)
        await fill(stack, { directory: await directoryOf(state), file, about })
      }
      await using stack = await start()
      return await foundIn(stack, days)
    } catch (error) {
      if (before !== undefined) await keepSalt(before)
      throw error
    }
  })
}

/** All of it or nothing. */
async function fill(
  stack: Stack,
  { directory, file, about }: { readonly directory: BackupDirectory; readonly file: string; readonly about: About },
): Promise<void> {
  await using _directory = directory
  await using admin = connect(stack, 'admin', { answerMs: ANSWER_MS })
  try {
    await putBack(admin, { file, directory, about })
  } catch (error) {
    await admin.run('DROP DATABASE telemetry SYNC').catch(() => {})
    throw error
  }
}
