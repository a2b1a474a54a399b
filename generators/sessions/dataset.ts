// Writes a dataset: OTLP JSON lines, one export request a line, in memory that does not grow with the number of sessions.
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Writable } from 'node:stream'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { atExit } from '../../core/cleanup.ts'
import { makeDirectories } from '../../core/directories.ts'
import { ExitCode, messageOf, UserError } from '../../core/errors.ts'
import { property } from '../../core/property.ts'
import { profileAt, type VersionProfile } from '../profiles.ts'
import type { Planting } from '../text-maker.ts'
import { generateSession, type Session } from './session.ts'
import { type BatchOptions, sessionBatches } from './session-batches.ts'

export interface DatasetCounts {
  readonly sessions: number
  readonly requests: number
  readonly logRecords: number
  readonly dataPoints: number
  readonly bytes: number
  /** Records and data points that the policy keeps out. */
  readonly excluded: number
}

/** The lines of one session or of several, one after the other. */
export interface Part {
  readonly bytes: Uint8Array
  readonly counts: DatasetCounts
}

export interface Written extends DatasetCounts {
  /** SHA-256 of all that was written, in hexadecimal. */
  readonly sha256: string
}

const nothing: DatasetCounts = { sessions: 0, requests: 0, logRecords: 0, dataPoints: 0, bytes: 0, excluded: 0 }

export function addCounts(one: DatasetCounts, other: DatasetCounts): DatasetCounts {
  return {
    sessions: one.sessions + other.sessions,
    requests: one.requests + other.requests,
    logRecords: one.logRecords + other.logRecords,
    dataPoints: one.dataPoints + other.dataPoints,
    bytes: one.bytes + other.bytes,
    excluded: one.excluded + other.excluded,
  }
}

/**
 * Writes parts in their order; a slow writer holds back whoever makes them.
 * @param out a file's path (its directory is made), or a stream, which is ended
 * @param told of the counts so far, after each part
 */
export async function writeParts(
  parts: AsyncIterable<Part> | Iterable<Part>,
  out: string | Writable,
  told: (counts: DatasetCounts) => void = () => {},
): Promise<Written> {
  let counts = nothing
  const hash = createHash('sha256')
  async function* lines() {
    for await (const part of parts) {
      counts = addCounts(counts, part.counts)
      hash.update(part.bytes)
      yield part.bytes
      told(counts)
    }
  }
  const source = Readable.from(lines(), { objectMode: true, highWaterMark: 4 })
  if (typeof out !== 'string') await pipeline(source, out)
  else
    await writeFileOf(source, out).catch((error: unknown) => {
      if (property(error, 'syscall') === undefined) throw error
      throw new UserError(`${out} cannot be written: ${messageOf(error)}`, ExitCode.unknown)
    })
  return { ...counts, sha256: hash.digest('hex') }
}

async function writeFileOf(source: Readable, out: string): Promise<void> {
  if (await isSpecial(out)) return await pipeline(source, createWriteStream(out))
  await makeDirectories(dirname(out))
  // What a link leads to is replaced, and not the link.
  await writeWhole(source, await realpath(out).catch(() => out))
}

/** A file that was cut short looks like a whole one: it gets its name when it is whole, and one that is there is replaced only then. */
async function writeWhole(source: Readable, file: string): Promise<void> {
  // Two that write the same file at once do not write into each other.
  const part = `${file}.part-${process.pid}`
  const remove = () => rm(part, { force: true })
  using _removal = atExit(remove)
  try {
    await pipeline(source, createWriteStream(part))
    await rename(part, file)
  } catch (error) {
    await remove()
    throw error
  }
}

/** A device, a named pipe: nothing may take its place. */
async function isSpecial(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined)
  return found !== undefined && !found.isFile()
}

/** The lines of a session in the order of their export. */
export function sessionPart(session: Session, options: BatchOptions = {}): Part {
  let counts = { ...nothing, sessions: 1 }
  const lines = sessionBatches(session, options).map(({ batch }) => {
    const line = Buffer.from(`${JSON.stringify(batch.request)}\n`)
    const excluded = batch.expected.filter(({ fate }) => fate === 'exclude').length
    const records = { [batch.signal === 'logs' ? 'logRecords' : 'dataPoints']: batch.expected.length }
    counts = addCounts(counts, { ...nothing, requests: 1, bytes: line.length, excluded, ...records })
    return line
  })
  return { bytes: Buffer.concat(lines), counts }
}

export interface DatasetOptions extends BatchOptions {
  readonly seed: number
  readonly sessions: number
  /** When the first session starts: milliseconds since the epoch, whole. */
  readonly startMs: number
  /** From the start of one session to the start of the next; 1000 when absent. */
  readonly spacingMs?: number
  /** All profiles in turn when absent. */
  readonly profile?: VersionProfile
  readonly planting?: Planting
}

/** Short sessions, one after the other, that have all there is; more sessions only append. */
export function* uniformParts(options: DatasetOptions): Generator<Part> {
  const { seed, startMs, spacingMs = 1000, profile, planting } = options
  for (let index = 0; index < options.sessions; index += 1) {
    const session = generateSession({
      seed,
      index,
      startMs: startMs + index * spacingMs,
      profile: profile ?? profileAt(index),
      ...(planting === undefined ? {} : { planting }),
    })
    yield sessionPart(session, options)
  }
}
