// A backup as a file: what it is of, in the first 4 KiB as JSON, and behind that ClickHouse's own backup as a tar.
import { createHash, hash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { access, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { atExit } from '../../core/cleanup.ts'
import { ExitCode, messageOf, UserError } from '../../core/errors.ts'

const HEAD_BYTES = 4096
const FORMAT = 'telemetry-proof backup'

const aboutSchema = z.object({
  /** ISO 8601. */
  madeAt: z.string(),
  schemaVersion: z.number().int().positive(),
  /** Of identities: without it nobody who comes again would be the same. Whoever has it can try out whose hash a hash is. */
  salt: z.string().regex(/^[\x20-\x7e]{1,200}$/),
  /** Those of ClickHouse that hold something. */
  tables: z.array(z.string().regex(/^\w{1,60}$/)).min(1),
})
const headSchema = z.object({
  format: z.literal(FORMAT),
  formatVersion: z.number(),
  ...aboutSchema.shape,
  /** Of the tar. */
  bytes: z.number().int().nonnegative(),
  sha256: z.string(),
})

export type About = z.infer<typeof aboutSchema>

/** ClickHouse's backup as it is packed. */
export interface Packed {
  readonly tar: Readable
  /** Rejects where the tar has ended too early. */
  readonly whole: Promise<void>
}

/**
 * Writes it, readable by its owner only; there is a whole one in the end, or none.
 * @param content called when it is clear that the file can be written
 * @throws UserError when the file is there already or cannot be written; exit code 2
 */
export async function writeBackup(
  file: string,
  content: () => Promise<Packed & { readonly about: About }>,
): Promise<{ readonly bytes: number }> {
  if (await exists(file)) throw unusable(file, 'is there already, and is left as it is; name another file')
  const part = `${file}.part`
  const handle = await open(part, 'wx', 0o600).catch((error: unknown) => {
    throw unusable(file, `cannot be written: ${whyNot(error, part)}`)
  })
  const atEnd = atExit(() => rm(part, { force: true }))
  try {
    const { about, tar, whole } = await content()
    const { meter, measured } = meterOf()
    const target = createWriteStream(part, { flags: 'r+', start: HEAD_BYTES })
    await Promise.all([pipeline(tar, meter, target), whole])
    await handle.write(headOf(about, measured()), 0)
    await handle.sync()
    await handle.close()
    await rename(part, file)
    await syncDirectory(dirname(file))
    return { bytes: HEAD_BYTES + measured().bytes }
  } catch (error) {
    await handle.close().catch(() => {})
    await rm(part, { force: true })
    if (error instanceof UserError) throw error
    throw unusable(file, `cannot be written: ${messageOf(error)}`)
  } finally {
    atEnd[Symbol.dispose]()
  }
}

/** Reads all of it once. @throws UserError when it is no backup, not whole or not what was written; exit code 2 */
export async function readBackup(file: string): Promise<About> {
  const head = await headIn(file)
  const { meter, measured } = meterOf()
  await pipeline(tarIn(file), meter, async (rest: AsyncIterable<unknown>) => {
    for await (const _ of rest);
  }).catch((error: unknown) => {
    throw unusable(file, `cannot be read: ${messageOf(error)}`)
  })
  const { bytes, sha256 } = measured()
  if (bytes < head.bytes) throw unusable(file, `is not whole: ${head.bytes - bytes} bytes are missing at its end`)
  if (bytes !== head.bytes || sha256 !== head.sha256)
    throw unusable(file, 'is damaged: its content is not what was written (sha256)')
  return aboutSchema.parse(head)
}

/** ClickHouse's backup. */
export function tarIn(file: string): Readable {
  return createReadStream(file, { start: HEAD_BYTES })
}

function headOf(about: About, content: { readonly bytes: number; readonly sha256: string }): Buffer {
  const text = JSON.stringify({ format: FORMAT, formatVersion: 1, ...about, ...content })
  const line = `${text} ${hash('sha256', text)}`
  if (line.length >= HEAD_BYTES) throw new UserError('what a backup says of itself does not fit its head')
  return Buffer.from(`${line.padEnd(HEAD_BYTES - 1)}\n`)
}

async function headIn(file: string): Promise<z.infer<typeof headSchema>> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw unusable(file, `cannot be read: ${whyNot(error, file)}`)
  })
  try {
    const buffer = Buffer.alloc(HEAD_BYTES)
    await handle.read(buffer, 0, HEAD_BYTES, 0).catch((error: unknown) => {
      throw unusable(file, `cannot be read: ${whyNot(error, file)}`)
    })
    const [, text = '', sum] = /^(\{.*\}) ([0-9a-f]{64}) *\n$/s.exec(buffer.toString('latin1')) ?? []
    if (!buffer.includes(FORMAT)) throw unusable(file, 'is no backup of this stack')
    if (hash('sha256', text) !== sum) throw unusable(file, 'is damaged: its head is not what was written (sha256)')
    const head: unknown = JSON.parse(text)
    const { formatVersion } = z.looseObject({ formatVersion: z.number() }).parse(head)
    if (formatVersion !== 1)
      throw unusable(
        file,
        `is of format ${formatVersion}, and this version reads format 1: use the version that made it`,
      )
    return headSchema.parse(head)
  } finally {
    await handle.close()
  }
}

function meterOf() {
  const sum = createHash('sha256')
  let bytes = 0
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      sum.update(chunk)
      done(null, chunk)
    },
  })
  let sha256: string | undefined
  const measured = () => {
    sha256 ??= sum.digest('hex')
    return { bytes, sha256 }
  }
  return { meter, measured }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  await handle.sync().finally(() => handle.close())
}

function whyNot(error: unknown, file: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EEXIST') return `${file} is there, of a backup that is being made or was stopped; remove it if none is`
  return (
    { ENOENT: 'there is no such file or directory', EISDIR: 'it is a directory', EACCES: 'it is not permitted' }[
      code
    ] ?? messageOf(error)
  )
}

function unusable(file: string, what: string): UserError {
  return new UserError(`${file} ${what}`, ExitCode.unknown)
}
