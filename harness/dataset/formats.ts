// The formats of a dataset: what their files hold, what ClickHouse calls them, and how they are packed.
import type { Transform } from 'node:stream'
import { createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib'
import type { Holding } from './block.ts'

export const formatNames = ['otlp', 'jsonl', 'csv', 'parquet', 'native'] as const
export type FormatName = (typeof formatNames)[number]

export const compressions = ['none', 'gzip', 'zstd'] as const
export type Compression = (typeof compressions)[number]

export interface Format {
  readonly holdings: readonly Holding[]
  readonly extension: string
  /** Absent: no rows of a table. */
  readonly clickhouse?: string
  /** Made by ClickHouse from the JSON lines; else it is they. */
  readonly isConverted: boolean
  /** Whether it is compressed inside: a reader needs its parts. */
  readonly packsItself: boolean
}

const FLAT: readonly Holding[] = ['events', 'metrics']

export const formats: Readonly<Record<FormatName, Format>> = {
  otlp: { holdings: ['requests'], extension: 'otlp.jsonl', isConverted: false, packsItself: false },
  jsonl: { holdings: FLAT, extension: 'jsonl', clickhouse: 'JSONEachRow', isConverted: false, packsItself: false },
  csv: { holdings: FLAT, extension: 'csv', clickhouse: 'CSVWithNames', isConverted: true, packsItself: false },
  parquet: { holdings: FLAT, extension: 'parquet', clickhouse: 'Parquet', isConverted: true, packsItself: true },
  native: { holdings: FLAT, extension: 'native', clickhouse: 'Native', isConverted: true, packsItself: false },
}

const SUFFIXES: Readonly<Record<Compression, string>> = { none: '', gzip: '.gz', zstd: '.zst' }

/** `parquet/events-00001.parquet`; a number of five digits, from 1. */
export function fileName(name: FormatName, holding: Holding, number: number, compression: Compression): string {
  const { extension, packsItself } = formats[name]
  return `${name}/${holding}-${String(number).padStart(5, '0')}.${extension}${packsItself ? '' : SUFFIXES[compression]}`
}

export function compressor(compression: Compression): Transform | undefined {
  if (compression === 'gzip') return createGzip()
  return compression === 'zstd' ? createZstdCompress() : undefined
}

export function decompressor(compression: Compression): Transform | undefined {
  if (compression === 'gzip') return createGunzip()
  return compression === 'zstd' ? createZstdDecompress() : undefined
}

const ROW_GROUP = 50_000

/** How ClickHouse makes it: the same bytes wherever it does, and little memory. */
export function settingsOf(name: FormatName, compression: Compression | undefined): string {
  const common = 'max_threads = 2, max_insert_threads = 1, max_block_size = 10000'
  if (name !== 'parquet') return common
  return `${common}, output_format_parquet_row_group_size = ${ROW_GROUP}, output_format_parquet_compression_method = '${compression ?? 'zstd'}'`
}
