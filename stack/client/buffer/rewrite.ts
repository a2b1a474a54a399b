// Masks a file of the buffer on disk: what it shall hold is written beside it, synced, and put in its place.
import { join } from 'node:path'
import type { Sanitizer } from '../sanitizer/sanitizer.ts'
import type { BufferDirectory } from './directory.ts'
import type { Disk } from './disk.ts'
import type { Kind } from './file-names.ts'

const NEWLINE = 0x0a
const CHUNK_BYTES = 512 * 1024
const LINE_END = Buffer.from('\n')
/** In the place of a request of which nothing is left, where lines are told by their number. */
const NO_REQUEST = Buffer.from('{"resourceLogs":[]}')

export interface Rewrite {
  readonly disk: Disk
  readonly directory: BufferDirectory
  readonly sanitizer: Sanitizer
  /** Between two chunks: others need the event loop. */
  readonly pause: () => Promise<void>
}

/** @param target the path that it has then, which may be its own. Rejects, with the file as it was, when the disk fails. */
export async function rewriteMasked(path: string, target: string, kind: Kind, rewrite: Rewrite): Promise<void> {
  const { disk, directory } = rewrite
  const beside = join(directory.path, `${directory.newName('damaged')}.new`)
  const file = await disk.create(beside)
  try {
    try {
      await maskInto(path, kind, rewrite, (parts) => file.append(parts))
      await file.sync()
    } finally {
      await file.close()
    }
    await disk.rename(beside, target)
  } catch (error) {
    await disk.remove(beside).catch(() => {})
    throw error
  }
  await disk.syncDirectory(directory.path)
  if (target === path) return
  await disk.remove(path)
  await disk.syncDirectory(directory.path)
}

async function maskInto(
  path: string,
  kind: Kind,
  { disk, sanitizer, pause }: Rewrite,
  append: (parts: readonly Buffer[]) => Promise<void>,
): Promise<void> {
  let length = CHUNK_BYTES
  for (let offset = 0; ; ) {
    const bytes = await disk.read(path, offset, length)
    if (bytes.length === 0) return
    const isLast = bytes.length < length
    const end = isLast ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1
    if (end === 0) {
      // One line is longer.
      length *= 2
      continue
    }
    const parts = linesIn(bytes.subarray(0, end)).flatMap((line) => maskedLine(line, kind, sanitizer) ?? [])
    if (parts.length > 0) await append(parts.flatMap((line) => [line, LINE_END]))
    if (isLast) return
    offset += end
    length = CHUNK_BYTES
    await pause()
  }
}

function linesIn(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start)
    const end = newline < 0 ? bytes.length : newline
    if (end > start) lines.push(bytes.subarray(start, end))
    start = end + 1
  }
  return lines
}

function maskedLine(line: Buffer, kind: Kind, sanitizer: Sanitizer): Buffer | undefined {
  if (kind === 'reasons') return maskedReason(line, sanitizer)
  return sanitizer.line(line) ?? (kind === 'refused' ? NO_REQUEST : undefined)
}

/** The backend's answer in it may quote a request. */
function maskedReason(line: Buffer, sanitizer: Sanitizer): Buffer {
  try {
    const reason = JSON.parse(line.toString())
    const { message } = reason
    if (typeof message !== 'string') throw new Error('no reason')
    const masked = sanitizer.line(Buffer.from(message))?.toString() ?? ''
    return masked === message ? line : Buffer.from(JSON.stringify({ ...reason, message: masked }))
  } catch {
    return sanitizer.line(line) ?? Buffer.from('{}')
  }
}
