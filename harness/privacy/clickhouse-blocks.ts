// Unpacks the compressed blocks in which ClickHouse writes its columns, so that texts in them can be looked for.
// Format: a checksum, then a header and the content of each block; LZ4 and Zstandard as in their own specifications.
import { zstdDecompressSync } from 'node:zlib'

/** A checksum of 16 bytes, the method, the packed size with these nine bytes, and the size. */
const HEADER = { checksum: 16, size: 9 } as const
/** By the number of the method: nothing, LZ4, Zstandard. */
const UNPACK: Readonly<Record<number, (content: Buffer, size: number) => Buffer>> = {
  2: (content) => content,
  130: lz4,
  144: (content) => zstdDecompressSync(content),
}

/** The blocks of a file of ClickHouse, as far as it is one. Columns with several codecs, which are times and numbers, end it. */
export function unpackedBlocks(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = []
  let at: number = HEADER.checksum
  while (at + HEADER.size <= bytes.length) {
    const method = bytes.readUInt8(at)
    const packed = bytes.readUInt32LE(at + 1)
    const size = bytes.readUInt32LE(at + 5)
    const unpack = UNPACK[method]
    if (unpack === undefined || packed < HEADER.size || at + packed > bytes.length) break
    blocks.push(unpack(bytes.subarray(at + HEADER.size, at + packed), size))
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
