// Downloads a pinned file: resumed where it was cut, and used only when its size and checksum are the pinned ones.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { stopSignal } from '../../../core/cleanup.ts'
import { MachineError } from '../../../core/errors.ts'
import { openFile, reasonOf } from './http-file.ts'

/** What a file must be. */
export interface Pin {
  readonly sha256: string
  /** Size in bytes. */
  readonly bytes: number
}

export interface Download extends Pin {
  readonly address: string
  /** Where it is whole in the end. What has come so far lies beside it, as `<file>.part`. */
  readonly file: string
  readonly progress: (message: string) => void
  /** How long the server may say nothing, in milliseconds; 60 seconds where not given. */
  readonly idleMs?: number
}

/** @throws MachineError one line: what came short, or differs. A wrong file is removed, a short one is gone on with by the next call. */
export async function download(order: Download): Promise<void> {
  const part = `${order.file}.part`
  await mkdir(dirname(order.file), { recursive: true })
  let most = await sizeOf(part)
  if (most > order.bytes) {
    await rm(part)
    most = 0
  }
  while (most < order.bytes) {
    const why = await fetchRest(order, part)
    const now = await sizeOf(part)
    // Every turn must bring more than any before it: a server that always ends early ends this, too.
    if (now <= most)
      throw new MachineError(`${order.address} ends after ${Math.max(now, most)} of ${order.bytes} bytes (${why})`)
    most = now
  }
  const hash = createHash('sha256')
  await pipeline(createReadStream(part), hash)
  const sha256 = hash.digest('hex')
  if (most === order.bytes && sha256 === order.sha256) return rename(part, order.file)
  await rm(part)
  throw new MachineError(
    most === order.bytes
      ? `${order.address} has the SHA-256 ${sha256}, pinned is ${order.sha256}; it was removed`
      : `${order.address} has more than the pinned ${order.bytes} bytes; it was removed`,
  )
}

/** Appends what is missing, as far as it comes. @returns why it ended */
async function fetchRest(order: Download, part: string): Promise<string> {
  const from = await sizeOf(part)
  const opened = await openFile(order.address, from, order.idleMs ?? 60_000)
  try {
    if (opened.status === 416) {
      await rm(part, { force: true })
      return `the server has no more than ${from}`
    }
    // A server that does not know ranges sends all of it, and one that sends another range is not believed.
    const resumes = opened.status === 206 && opened.headers.get('content-range')?.startsWith(`bytes ${from}-`) === true
    if (opened.status === 206 && !resumes) return 'the server sent another range than was asked for'
    await using file = await open(part, resumes ? 'a' : 'w')
    return await write(order, opened.body, file, resumes ? from : 0)
  } finally {
    opened.close()
  }
}

async function write(
  order: Download,
  body: AsyncIterable<Uint8Array>,
  file: FileHandle,
  from: number,
): Promise<string> {
  const chunks = body[Symbol.asyncIterator]()
  let bytes = from
  // A server need not end once all has come. One byte too many shows a file that is longer, if it came with the others.
  while (bytes < order.bytes) {
    const next = await chunks.next().catch((error: unknown) => {
      stopSignal.throwIfAborted()
      return { done: true, value: undefined, why: reasonOf(error) }
    })
    if (next.done === true || next.value === undefined) return 'why' in next ? next.why : 'the server ended'
    await file.writeFile(next.value)
    bytes += next.value.byteLength
    order.progress(`${order.address.split('/').at(-1)}: ${mib(bytes)} of ${mib(order.bytes)} MiB`)
  }
  return 'all has come'
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  )
}

function mib(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1)
}
