// The lines of a file of any size, one at a time: memory is that of the longest line, and a line that is too long is none.
import { createReadStream } from 'node:fs'
import { MachineError, messageOf } from '../../core/errors.ts'

export interface Line {
  /** Undefined when it is too long. */
  readonly text: string | undefined
  /** Whether a line break ends it: what is written to just now may not have one yet. */
  readonly isWhole: boolean
}

const NEWLINE = 0x0a
/** A picture in a transcript takes some megabytes. */
const LONGEST_BYTES = 16 * 1024 ** 2

/** Lines that are empty are passed over. @throws MachineError when the file cannot be read */
export async function* linesOf(path: string, longestBytes = LONGEST_BYTES): AsyncGenerator<Line> {
  const line = new Collected(longestBytes)
  for await (const chunk of chunksOf(path)) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      line.add(chunk.subarray(start, end))
      start = end + 1
      if (line.bytes > 0) yield { text: line.take(), isWhole: true }
    }
    line.add(chunk.subarray(start))
  }
  if (line.bytes > 0) yield { text: line.take(), isWhole: false }
}

class Collected {
  readonly #longest: number
  #parts: Buffer[] = []
  bytes = 0

  constructor(longest: number) {
    this.#longest = longest
  }

  add(part: Buffer): void {
    if (part.length === 0) return
    this.bytes += part.length
    if (this.bytes <= this.#longest) this.#parts.push(part)
    else this.#parts = []
  }

  /** The text, and begins anew. */
  take(): string | undefined {
    const text = this.bytes > this.#longest ? undefined : Buffer.concat(this.#parts).toString()
    this.#parts = []
    this.bytes = 0
    return text
  }
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk as Buffer
  } catch (error) {
    throw new MachineError(`${path} cannot be read: ${messageOf(error)}`)
  }
}
