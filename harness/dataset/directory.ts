// Writes a dataset as a directory: the files of its formats, and the manifest. It gets its name when it is whole.
import { lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { atExit, stopSignal } from '../../core/cleanup.ts'
import { makeDirectories } from '../../core/directories.ts'
import { ExitCode, messageOf, UserError } from '../../core/errors.ts'
import { property } from '../../core/property.ts'
import type { Conversions } from '../../stack/runtime/embedded/clickhouse-local.ts'
import { answersOf } from './answers.ts'
import { addCounts, type Block, type Counts, nothing, type Sent, type Span, type Wanted, widened } from './block.ts'
import { type Compression, type FormatName, formats } from './formats.ts'
import { MANIFEST, MANIFEST_VERSION, type Manifest } from './manifest.ts'
import { loadScript, schemaSql } from './own-tables.ts'
import { FileSeries, type Split } from './series.ts'

/** Records that the oracle can hold in memory; the answers over more are not worked out. */
export const MOST_ANSWERED = 250_000

export interface DirectoryOptions {
  /** A directory that is not there; those above it are made. */
  readonly out: string
  readonly formats: readonly FormatName[]
  readonly compression: Compression | undefined
  readonly split: Split
  readonly made: Manifest['made']
  readonly blocks: (wanted: Wanted) => AsyncIterable<Block> | Iterable<Block>
  /** Where a format needs it. */
  readonly conversions: () => Promise<Conversions>
  readonly told: (counts: Counts) => void
  /** Whose queries its own tables answer. */
  readonly stackDirectory: string
}

/** @throws UserError when the directory is there already or cannot be written; exit code 2 */
export async function writeDirectory(options: DirectoryOptions): Promise<Manifest> {
  const out = resolve(options.out)
  if (await isThere(out)) throw alreadyThere(options.out)
  const part = `${out}.part-${process.pid}`
  await makeDirectories(dirname(out)).catch((error: unknown) => {
    throw unwritable(options.out, error)
  })
  // Made before anything is generated: what cannot be written is told at once.
  await mkdir(part).catch((error: unknown) => {
    throw unwritable(options.out, error)
  })
  const work = writeWhole(part, out, options)
  using _removal = atExit(async () => {
    await work.catch(() => {})
    await rm(part, { recursive: true, force: true })
  })
  try {
    return await work
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    throw error
  }
}

async function writeWhole(part: string, out: string, options: DirectoryOptions): Promise<Manifest> {
  try {
    const manifest = await writeFiles(part, options)
    await writeOwnTables(part, options.stackDirectory, manifest)
    await writeFile(join(part, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`)
    stopSignal.throwIfAborted()
    await rename(part, out)
    return manifest
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes(String(property(error, 'code')))) throw alreadyThere(options.out)
    throw property(error, 'syscall') === undefined ? error : unwritable(options.out, error)
  }
}

async function writeFiles(directory: string, options: DirectoryOptions): Promise<Manifest> {
  const names = options.formats
  const conversions = names.some((name) => formats[name].isConverted) ? await options.conversions() : undefined
  const series = names.flatMap((format) =>
    formats[format].holdings.map((holding) => ({
      holding,
      files: new FileSeries({ ...options, directory, format, holding, conversions }),
    })),
  )
  const wanted = { holdings: [...new Set(series.map(({ holding }) => holding))], sent: true }
  const gathered = new Gathered()
  try {
    for (const name of names) await mkdir(join(directory, name))
    for await (const block of options.blocks(wanted)) {
      stopSignal.throwIfAborted()
      gathered.add(block)
      for (const { holding, files } of series) {
        const lines = block.lines[holding]
        if (lines !== undefined) await files.write(lines)
      }
      options.told(gathered.counts)
    }
    const ended = await Promise.all(series.map(({ files }) => files.end()))
    return gathered.manifest(options.made, ended.flat())
  } catch (error) {
    for (const { files } of series) files.abandon()
    throw error
  }
}

async function writeOwnTables(directory: string, stackDirectory: string, { files }: Manifest): Promise<void> {
  if (files.every(({ holds }) => holds === 'requests')) return
  await mkdir(join(directory, 'load'))
  await writeFile(join(directory, 'load/schema.sql'), await schemaSql(stackDirectory))
  await writeFile(join(directory, 'load/load.sh'), loadScript(files), { mode: 0o755 })
}

/** What is known of the blocks so far. */
class Gathered {
  counts: Counts = nothing
  #span: Span | undefined
  #sent: Sent[] | undefined = []

  add({ counts, span, sent }: Block): void {
    this.counts = addCounts(this.counts, counts)
    this.#span = this.#span === undefined || span === undefined ? (span ?? this.#span) : widened(this.#span, span)
    if (sent === undefined || this.counts.logRecords + this.counts.dataPoints > MOST_ANSWERED) this.#sent = undefined
    else this.#sent?.push(sent)
  }

  manifest(made: Manifest['made'], files: Manifest['files']): Manifest {
    const span = this.#span
    const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString())
    const known = this.#sent
    const sent = {
      logs: known?.flatMap(({ logs }) => logs) ?? [],
      points: known?.flatMap(({ points }) => points) ?? [],
    }
    return {
      schemaVersion: MANIFEST_VERSION,
      made,
      counts: this.counts,
      first: time(span?.firstMs),
      last: time(span?.lastMs),
      files,
      answers: known === undefined || span === undefined ? [] : answersOf(sent, span),
      ...(known === undefined
        ? { withoutAnswers: `they are worked out over ${MOST_ANSWERED.toLocaleString('en')} records at most` }
        : {}),
    }
  }
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    // What hinders it is told when it is made.
    () => false,
  )
}

function alreadyThere(out: string): UserError {
  return new UserError(
    `${out} is there already, and is left as it is; name another directory with --out`,
    ExitCode.unknown,
  )
}

function unwritable(out: string, error: unknown): UserError {
  return new UserError(`${out} cannot be written: ${messageOf(error)}`, ExitCode.unknown)
}
