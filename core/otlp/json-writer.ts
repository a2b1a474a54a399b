// A growing buffer that JSON text is written into: texts are copied as the UTF-8 that they are, without becoming strings on the way.
import { isUtf8 } from 'node:buffer'

const FIRST_BYTES = 256 * 1024
/** A scratch buffer that had to grow beyond it is not kept. */
const KEEP_BYTES = 4 * 1024 * 1024
const QUOTE = 0x22
const BACKSLASH = 0x5c
const SPACE = 0x20
const ASCII_END = 0x80

let scratch = Buffer.allocUnsafeSlow(FIRST_BYTES)

export class JsonWriter {
  #buffer = scratch
  #length = 0

  /** Text of ASCII only, as it is. */
  ascii(text: string): void {
    this.#reserve(text.length)
    this.#length += this.#buffer.write(text, this.#length, 'latin1')
  }

  /** A JSON string from UTF-8 bytes; what is no UTF-8 becomes U+FFFD, as when decoding. */
  text(bytes: Uint8Array): void {
    const state = scan(bytes)
    if (state === 'escape' || (state === 'beyond ascii' && !isUtf8(bytes))) {
      const text = JSON.stringify(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString())
      this.#reserve(text.length * 3)
      this.#length += this.#buffer.write(text, this.#length)
      return
    }
    this.#reserve(bytes.length + 2)
    this.#buffer[this.#length] = QUOTE
    this.#buffer.set(bytes, this.#length + 1)
    this.#buffer[this.#length + 1 + bytes.length] = QUOTE
    this.#length += bytes.length + 2
  }

  /** A copy of what was written. The writer must not be used afterwards. */
  finish(): Buffer {
    const copy = Buffer.allocUnsafeSlow(this.#length)
    this.#buffer.copy(copy, 0, 0, this.#length)
    if (this.#buffer.length <= KEEP_BYTES) scratch = this.#buffer
    return copy
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + bytes))
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }
}

function scan(bytes: Uint8Array): 'plain' | 'beyond ascii' | 'escape' {
  let state: 'plain' | 'beyond ascii' = 'plain'
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte < SPACE || byte === QUOTE || byte === BACKSLASH) return 'escape'
    if (byte >= ASCII_END) state = 'beyond ascii'
  }
  return state
}
