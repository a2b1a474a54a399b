// Looks for texts in every file below a directory: as they are, and in the compressed blocks in which ClickHouse writes its columns.
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** `file: text`, one for each text that a file holds. */
export async function findAtRest(directory: string, texts: readonly string[]): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name)
    // A merge may have taken it away.
    const bytes = await readFile(path).catch(() => Buffer.alloc(0))
    const readable = [bytes, ...unpacked(bytes)]
    for (const text of texts)
      if (readable.some((each) => each.includes(text))) found.push(`${relative(directory, path)}: ${text}`)
  }
  return found
}

/** A checksum of 16 bytes, the method, the packed size with these nine bytes, and the size. */
const HEADER = { checksum: 16, size: 9, lz4: 0x82, none: 0x02 } as const

/** The blocks of a file of ClickHouse, as far as it is one. */
function unpacked(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = []
  let at: number = HEADER.checksum
  while (at + HEADER.size <= bytes.length) {
    const method = bytes.readUInt8(at)
    const packed = bytes.readUInt32LE(at + 1)
    const size = bytes.readUInt32LE(at + 5)
    if ((method !== HEADER.lz4 && method !== HEADER.none) || packed < HEADER.size || at + packed > bytes.length) break
    const content = bytes.subarray(at + HEADER.size, at + packed)
    blocks.push(method === HEADER.none ? content : lz4(content, size))
    at += packed + HEADER.checksum
  }
  return blocks
}

/** One block of LZ4: literals, then a match that repeats what came before, and so on. */
function lz4(packed: Buffer, size: number): Buffer {
  const out = Buffer.alloc(size)
  let from = 0
  let to = 0
  const more = (length: number) => {
    let total = length
    if (length === 15) for (let next = 255; next === 255; total += next) next = packed.readUInt8(from++)
    return total
  }
  while (from < packed.length) {
    const token = packed.readUInt8(from++)
    const literals = more(token >> 4)
    packed.copy(out, to, from, from + literals)
    from += literals
    to += literals
    if (from >= packed.length) break
    const offset = packed.readUInt16LE(from)
    from += 2
    const length = more(token & 15) + 4
    for (let n = 0; n < length; n += 1) out[to + n] = out[to + n - offset] ?? 0
    to += length
  }
  return out
}
