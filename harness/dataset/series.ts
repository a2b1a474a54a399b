// The files of one format and one kind of rows: a new one is begun where the one before is as large as wanted.
import { join } from 'node:path'
import type { Conversions } from '../../stack/runtime/embedded/clickhouse-local.ts'
import type { Holding, Lines } from './block.ts'
import { structureOf } from './columns.ts'
import { type Compression, compressor, type FormatName, fileName, formats, settingsOf } from './formats.ts'
import type { FileEntry } from './manifest.ts'
import { OutputFile, type Way } from './output-file.ts'

/** A file ends behind the session that reaches it. */
export interface Split {
  readonly unit: 'records' | 'bytes'
  /** Bytes are those before they are compressed or converted. */
  readonly most: number
}

export interface SeriesOptions {
  readonly directory: string
  readonly format: FormatName
  readonly holding: Holding
  /** Absent: none, or what is usual inside the format. */
  readonly compression: Compression | undefined
  readonly split: Split
  readonly conversions: Conversions | undefined
}

interface Open {
  readonly path: string
  readonly file: OutputFile
  rows: number
  records: number
  bytes: number
}

export class FileSeries {
  readonly #options: SeriesOptions
  readonly #entries: FileEntry[] = []
  #open: Open | undefined

  constructor(options: SeriesOptions) {
    this.#options = options
  }

  async write(lines: Lines): Promise<void> {
    if (lines.rows === 0) return
    this.#open ??= this.#begin()
    const open = this.#open
    open.rows += lines.rows
    open.records += lines.records
    open.bytes += lines.bytes.length
    await open.file.write(lines.bytes)
    const { unit, most } = this.#options.split
    if (open[unit] >= most) await this.#finish()
  }

  async end(): Promise<readonly FileEntry[]> {
    await this.#finish()
    return this.#entries
  }

  abandon(): void {
    this.#open?.file.abandon()
  }

  #begin(): Open {
    const { directory, format, holding, compression } = this.#options
    const path = fileName(format, holding, this.#entries.length + 1, compression ?? 'none')
    return { path, file: new OutputFile(join(directory, path), wayOf(this.#options)), rows: 0, records: 0, bytes: 0 }
  }

  async #finish(): Promise<void> {
    const open = this.#open
    if (open === undefined) return
    const { format, holding, compression = 'none' } = this.#options
    const sums = await open.file.end()
    const around = formats[format].packsItself ? 'none' : compression
    const { path, rows, records } = open
    this.#entries.push({ path, format, holds: holding, compression: around, rows, records, ...sums })
    this.#open = undefined
  }
}

/** How lines become the format. */
export function wayOf({
  format,
  holding,
  compression,
  conversions,
}: Pick<SeriesOptions, 'format' | 'holding' | 'compression' | 'conversions'>): Way {
  const { isConverted, clickhouse = '', packsItself } = formats[format]
  return {
    compressor: packsItself ? undefined : compressor(compression ?? 'none'),
    conversion:
      isConverted && holding !== 'requests'
        ? conversions?.start({
            structure: structureOf(holding),
            from: 'JSONEachRow',
            to: clickhouse,
            settings: settingsOf(format, compression),
          })
        : undefined,
  }
}
