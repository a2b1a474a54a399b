// Writes a dataset: OTLP JSON lines, one export request a line, in memory that does not grow with the number of sessions.
import { createWriteStream } from 'node:fs'
import { dirname } from 'node:path'
import type { Writable } from 'node:stream'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { makeDirectories } from '../../core/directories.ts'
import { profileAt, type VersionProfile } from '../profiles.ts'
import type { Planting } from '../text-maker.ts'
import { generateSession } from './session.ts'
import { type BatchOptions, sessionBatches } from './session-batches.ts'

export interface DatasetOptions extends BatchOptions {
  readonly seed: number
  readonly sessions: number
  /** When the first session starts: milliseconds since the epoch, whole. */
  readonly startMs: number
  /** A file's path (its directory is made), or a stream, which is ended. */
  readonly out: string | Writable
  /** From the start of one session to the start of the next; 1000 when absent. */
  readonly spacingMs?: number
  /** All profiles in turn when absent. */
  readonly profile?: VersionProfile
  readonly planting?: Planting
}

export interface DatasetCounts {
  readonly sessions: number
  readonly requests: number
  readonly logRecords: number
  readonly dataPoints: number
  readonly bytes: number
  /** Records and data points that the policy keeps out. */
  readonly excluded: number
}

/** Same seed, same start, same bytes; more sessions only append. */
export async function writeDataset(options: DatasetOptions): Promise<DatasetCounts> {
  const counts = { sessions: 0, requests: 0, logRecords: 0, dataPoints: 0, bytes: 0, excluded: 0 }
  if (typeof options.out === 'string') await makeDirectories(dirname(options.out))
  const out = typeof options.out === 'string' ? createWriteStream(options.out) : options.out
  await pipeline(Readable.from(lines(options, counts), { objectMode: true, highWaterMark: 4 }), out)
  return counts
}

function* lines(
  options: DatasetOptions,
  counts: { -readonly [key in keyof DatasetCounts]: number },
): Generator<Buffer> {
  const { seed, startMs, spacingMs = 1000, profile, planting } = options
  for (let index = 0; index < options.sessions; index += 1) {
    const session = generateSession({
      seed,
      index,
      startMs: startMs + index * spacingMs,
      profile: profile ?? profileAt(index),
      ...(planting === undefined ? {} : { planting }),
    })
    counts.sessions += 1
    for (const { batch } of sessionBatches(session, options)) {
      const line = Buffer.from(`${JSON.stringify(batch.request)}\n`)
      counts.requests += 1
      counts.bytes += line.length
      counts[batch.signal === 'logs' ? 'logRecords' : 'dataPoints'] += batch.expected.length
      counts.excluded += batch.expected.filter(({ fate }) => fate === 'exclude').length
      yield line
    }
  }
}
