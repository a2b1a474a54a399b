// What `dataset -- load` and `dataset -- check` do and say: files of OTLP JSON lines, or a directory with a manifest, which is always a sample.
import { stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { stopSignal } from '../../core/cleanup.ts'
import { ExitCode, UsageError, UserError } from '../../core/errors.ts'
import { stackDirectory } from '../../core/paths.ts'
import { askStack, differencesFrom } from '../../harness/dataset/compare.ts'
import { formatNames } from '../../harness/dataset/formats.ts'
import { loadFlatFile } from '../../harness/dataset/load-flat.ts'
import type { FileEntry } from '../../harness/dataset/manifest.ts'
import { checkFiles, readManifest } from '../../harness/dataset/read.ts'
import { connect } from '../../stack/clickhouse/database.ts'
import { standard } from '../../stack/client/buffer/options.ts'
import { loadFiles } from '../../stack/client/load/load-files.ts'
import { transportTo } from '../../stack/client/transport/to-url.ts'
import { readState, requireState } from '../../stack/daily/state.ts'
import { requireSchema } from '../../stack/query/data-there.ts'
import { loadedSample, settingsFor } from '../../stack/samples/loaded.ts'
import { sampleName } from '../../stack/samples/name.ts'
import { counted } from './counted.ts'
import { openStatus } from './status.ts'

export interface LoadFlags {
  readonly to?: string
  readonly from: string
  readonly format?: string
  readonly as?: string
}

export async function loadPaths(paths: readonly string[], flags: LoadFlags): Promise<ExitCode> {
  if (!/^[1-9]\d{0,14}$/.test(flags.from))
    throw new UsageError(`--from ${flags.from}: must be the number of a line, from 1`)
  const directories = await Promise.all(
    paths.map(async (path) => (await stat(path).catch(() => undefined))?.isDirectory() === true),
  )
  const [path = ''] = paths
  if (!directories.includes(true)) {
    if (flags.format !== undefined) throw new UsageError('--format goes with a directory')
    const dataset = flags.as === undefined ? undefined : await nameOf('', flags.as)
    return await loadRequests(paths, flags, dataset)
  }
  if (paths.length > 1) throw new UsageError('give one directory, or files')
  if (flags.from !== '1')
    throw new UsageError('--from goes with files: a directory can be loaded again from its beginning')
  return await loadDirectory(path, flags)
}

async function loadDirectory(directory: string, flags: LoadFlags): Promise<ExitCode> {
  const { files } = await readManifest(directory)
  const dataset = await nameOf(directory, flags.as)
  const chosen = chosenFiles(directory, files, flags.format)
  const isFlat = chosen[0]?.holds !== 'requests'
  if (isFlat && flags.to !== undefined)
    throw new UsageError('--to goes with the format otlp: rows go to the ClickHouse of the running stack')
  {
    using status = openStatus()
    await checkFiles(directory, chosen, (path) => status.update(`checking ${path}`))
  }
  if (isFlat) return await loadRows(directory, chosen, dataset)
  return await loadRequests(
    chosen.map(({ path }) => join(directory, path)),
    flags,
    dataset,
  )
}

/** @param as what was asked for, if anything; else a directory lends its own name */
function nameOf(directory: string, as: string | undefined): Promise<string> {
  const name = as ?? basename(resolve(directory))
  return sampleName(stackDirectory, name, as === undefined ? `${directory}: give a name with --as` : '--as')
}

function chosenFiles(directory: string, files: readonly FileEntry[], wanted: string | undefined): FileEntry[] {
  if (wanted !== undefined && !formatNames.some((name) => name === wanted))
    throw new UsageError(`--format ${wanted}: give one of ${formatNames.join(', ')}`)
  const there = [...new Set(files.map(({ format }) => format))]
  const format = wanted ?? there[0]
  const chosen = files.filter((file) => file.format === format)
  if (chosen.length > 0) return chosen
  const reason = there.length === 0 ? 'its manifest has no files' : `it has ${there.join(', ')}, and no ${wanted}`
  throw new UserError(`${directory}: there is nothing to load: ${reason}`, ExitCode.unknown)
}

async function loadRows(directory: string, files: readonly FileEntry[], dataset: string): Promise<ExitCode> {
  const target = await runningDatabase()
  using status = openStatus()
  let events = 0
  for (const [index, file] of files.entries()) {
    status.update(
      `loading ${file.path}: ${index + 1} of ${counted(files.length, 'file')}, ${counted(events, 'event')} so far`,
    )
    await loadFlatFile(target, directory, file, { dataset, signal: stopSignal }).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error
      const again = 'what was taken of it is there; load the directory again, nothing is counted twice'
      throw new UserError(`${file.path}: ${error.message}; ${again}`, error.exitCode, { cause: error })
    })
    events += file.records
  }
  status[Symbol.dispose]()
  console.log(
    `${target.endpoints.clickhouseHttp} took ${counted(events, 'event')} from ${counted(files.length, 'file')}${markedAs(dataset)}`,
  )
  return ExitCode.pass
}

async function runningDatabase() {
  const { endpoints, users, database } = await requireState()
  const passwords = { admin: users.admin.password, ingest: users.ingest.password, analyst: users.analyst.password }
  return { endpoints, passwords, database }
}

function markedAs(dataset: string | undefined): string {
  return dataset === undefined ? '' : `, as the sample ${dataset}`
}

async function loadRequests(
  files: readonly string[],
  flags: LoadFlags,
  dataset: string | undefined,
): Promise<ExitCode> {
  const to = flags.to ?? (await readState())?.endpoints.otlpHttp ?? 'http://127.0.0.1:4318'
  await using transport = transportTo(to, '--to')
  using status = openStatus()
  let done = ''
  // At once: the process ends while the request that is under way may still be.
  stopSignal.addEventListener('abort', () => {
    if (done !== '') status.print(`stopped; the last request that was taken is ${done}: go on behind it with --from`)
  })
  const counts = await loadFiles({
    ...standard,
    files,
    from: Number(flags.from),
    dataset,
    transport,
    signal: stopSignal,
    refused: (place, reason) => status.print(`${place}: not taken: ${reason}`),
    progress: ({ requests, events }, place) => {
      done = place
      status.update(`${place}: ${counted(requests, 'request')}, ${counted(events, 'event')} taken`)
    },
  })
  status[Symbol.dispose]()
  const { requests, events, refused } = counts
  if (requests + refused === 0 && flags.from !== '1')
    throw new UsageError(`--from ${flags.from}: there is no request from that line of ${files[0]} on`)
  console.log(
    `${transport.name} took ${counted(events, 'event')} in ${counted(requests, 'request')}${markedAs(dataset)}${refused === 0 ? '' : `; not taken, or not whole: ${counted(refused, 'line')}`}`,
  )
  return refused === 0 ? ExitCode.pass : ExitCode.fail
}

/** Whether the running stack answers every query of the manifest over that sample as the manifest does. */
export async function checkDirectory(directory: string, as: string | undefined): Promise<ExitCode> {
  const manifest = await readManifest(directory)
  if (manifest.answers.length === 0)
    throw new UserError(
      `${directory}: its manifest has no answers: ${manifest.withoutAnswers ?? 'it has no records'}`,
      ExitCode.unknown,
    )
  const dataset = await nameOf(directory, as)
  const target = await runningDatabase()
  await using database = connect(target, 'analyst', { settings: settingsFor(dataset) })
  await requireSchema(database, stackDirectory)
  await loadedSample(database, dataset)
  const differences = await differencesFrom(manifest, askStack(database, stackDirectory))
  for (const { answers, query, text } of differences) console.log(`${query}, ${answers}: ${text}`)
  const asked = manifest.answers.reduce((sum, { queries }) => sum + Object.keys(queries).length, 0)
  console.log(`${asked - differences.length} of ${counted(asked, 'answer')} are those of the manifest`)
  return differences.length === 0 ? ExitCode.pass : ExitCode.fail
}
