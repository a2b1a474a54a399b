// What `dataset --format` does and says: a directory of files in several formats, or one format to standard output.
import { z } from 'zod'
import { monotonicMs } from '../../core/clock.ts'
import { ExitCode, UsageError } from '../../core/errors.ts'
import { stackDirectory } from '../../core/paths.ts'
import { addCounts, type Block, type Counts, type Holding, nothing } from '../../harness/dataset/block.ts'
import { writeDirectory } from '../../harness/dataset/directory.ts'
import { type Compression, compressions, type FormatName, formatNames, formats } from '../../harness/dataset/formats.ts'
import { OutputFile } from '../../harness/dataset/output-file.ts'
import { type Split, wayOf } from '../../harness/dataset/series.ts'
import { openConversions } from '../../stack/runtime/embedded/clickhouse-local.ts'
import type { DatasetFlags } from './dataset-flags.ts'
import { openStatus, type Status } from './status.ts'
import { toStandardOutput } from './to-standard-output.ts'

const MIB = 1024 ** 2
const USUAL_RECORDS = 250_000
const TELL_MS = 100

export interface FilesFlags {
  readonly formats: readonly FormatName[]
  readonly compression: Compression | undefined
  readonly split: Split
}

const schema = z.object({
  out: z.string().optional(),
  format: z.string().optional(),
  events: z.string().optional(),
  compress: z
    .enum(compressions, { error: ({ input }) => `--compress ${input}: give one of ${compressions.join(', ')}` })
    .optional(),
  split: z
    .string()
    .regex(/^[1-9]\d{0,9}(MiB)?$/, {
      error: ({ input }) => `--split ${input}: give a number of records, or of MiB as in 64MiB`,
    })
    .optional(),
})

/** Undefined where a single file of OTLP JSON lines is wanted. @throws UsageError */
export function filesFlags(given: unknown): FilesFlags | undefined {
  const parsed = schema.safeParse(given)
  if (!parsed.success) throw new UsageError(parsed.error.issues[0]?.message ?? 'wrong flags')
  const { out = '', format, compress, split, events } = parsed.data
  const isDirectory = /[\\/]$/.test(out)
  if (format === undefined && !isDirectory) {
    if (events !== undefined) throw new UsageError('--events goes with --format')
    if (compress !== undefined) throw new UsageError('--compress goes with --format')
    if (split !== undefined) throw new UsageError('--split goes with --format')
    return undefined
  }
  const names = format === undefined ? formatNames : [...new Set(format.split(',').map(formatOf))]
  if (out === '-' && names.length > 1) throw new UsageError('--out - takes one --format')
  if (out === '-' && split !== undefined) throw new UsageError('--split goes with a directory')
  return { formats: names, compression: compress, split: splitOf(split) }
}

function formatOf(name: string): FormatName {
  const known = formatNames.find((each) => each === name)
  if (known === undefined) throw new UsageError(`--format ${name}: give one or more of ${formatNames.join(', ')}`)
  return known
}

function splitOf(text: string | undefined): Split {
  if (text === undefined) return { unit: 'records', most: USUAL_RECORDS }
  const number = Number.parseInt(text, 10)
  return text.endsWith('MiB') ? { unit: 'bytes', most: number * MIB } : { unit: 'records', most: number }
}

export async function writeFilesOf(flags: DatasetFlags, files: FilesFlags): Promise<ExitCode> {
  using status = openStatus()
  const { made, blocks } = await flags.blocks()
  const conversions = () => openConversions((message) => status.update(message))
  const told = progressOf(flags, status)
  if (flags.out === '-') return await toPipe(flags, files, status)
  const manifest = await writeDirectory({ ...files, out: flags.out, made, blocks, conversions, told, stackDirectory })
  status[Symbol.dispose]()
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
  console.log(
    `${flags.out}: ${shown(manifest.counts)} as ${files.formats.join(', ')}: ${manifest.files.length} files, ${(bytes / MIB).toFixed(1)} MiB, and manifest.json`,
  )
  if (manifest.withoutAnswers !== undefined)
    console.log(`The manifest has no answers of queries: ${manifest.withoutAnswers}.`)
  return ExitCode.pass
}

/** Of flat rows the events: a stream has one kind of rows. */
async function toPipe(flags: DatasetFlags, files: FilesFlags, status: Status): Promise<ExitCode> {
  const format = files.formats[0] ?? 'otlp'
  const holding: Holding = formats[format].holdings[0] ?? 'requests'
  const told = progressOf(flags, status)
  const { blocks } = await flags.blocks()
  const conversions = formats[format].isConverted
    ? await openConversions((message) => status.update(message))
    : undefined
  const output = new OutputFile(
    toStandardOutput(),
    wayOf({ format, holding, compression: files.compression, conversions }),
  )
  let counts: Counts = nothing
  try {
    for await (const block of blocks({ holdings: [holding], sent: false })) {
      counts = addCounts(counts, countsIn(block, holding))
      const lines = block.lines[holding]
      if (lines !== undefined) await output.write(lines.bytes)
      told(counts)
    }
    const { bytes, sha256 } = await output.end()
    status.print(`standard output: ${shown(counts)}, ${(bytes / MIB).toFixed(1)} MiB\nSHA-256: ${sha256}`)
  } catch (error) {
    output.abandon()
    throw error
  }
  return ExitCode.pass
}

function countsIn({ counts }: Block, holding: Holding): Counts {
  return holding === 'events' ? { ...counts, dataPoints: 0 } : counts
}

function shown({ sessions, logRecords, dataPoints }: Counts): string {
  return `${sessions} sessions, ${logRecords} log records, ${dataPoints} data points`
}

/** How far it is, how fast it goes, and how long that takes. */
function progressOf(flags: DatasetFlags, status: Status): (counts: Counts) => void {
  const startMs = monotonicMs()
  let toldMs = Number.NEGATIVE_INFINITY
  return (counts) => {
    // A line takes as long as a session.
    if (monotonicMs() - toldMs < TELL_MS) return
    toldMs = monotonicMs()
    const seconds = (monotonicMs() - startMs) / 1000
    const expected = flags.expected()
    const done = flags.events === undefined ? counts.sessions / Math.max(1, expected) : counts.logRecords / flags.events
    const left = done === 0 ? 0 : (seconds / done) * Math.max(0, 1 - done)
    const rate = Math.round((counts.logRecords + counts.dataPoints) / Math.max(seconds, 0.001))
    status.update(
      `${counts.sessions}${flags.events === undefined ? ` of ${expected}` : ''} sessions, ${counts.logRecords.toLocaleString('en')} log records, ${rate.toLocaleString('en')} records a second, ${Math.ceil(left)} s left`,
    )
  }
}
