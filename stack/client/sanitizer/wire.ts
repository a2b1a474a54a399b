// Protobuf's wire format, read from a buffer field by field and written back: what is not touched stays the bytes that it is.

export const LENGTH_DELIMITED = 2
const GROUP_START = 3
const GROUP_END = 4

/** Reads the fields of a message, one after another. */
export class Fields {
  readonly bytes: Buffer
  readonly end: number
  /** Of the next field. */
  at: number
  /** The field that `next` has read: where it begins, its number and wire type, and where its content is. */
  start = 0
  number = 0
  wire = 0
  from = 0
  to = 0

  constructor(bytes: Buffer, from: number, end: number) {
    this.bytes = bytes
    this.at = from
    this.end = end
  }

  /** @returns whether there was one @throws RangeError when the bytes are no message */
  next(): boolean {
    if (this.at >= this.end) return false
    this.start = this.at
    const tag = this.#varint()
    this.number = tag >>> 3
    this.wire = tag & 7
    this.from = this.at
    if (this.wire === LENGTH_DELIMITED) {
      const length = this.#varint()
      this.from = this.at
      this.at += length
    } else this.#skip()
    this.to = this.at
    if (this.number === 0 || this.at > this.end) throw new RangeError(`no message of protobuf at byte ${this.start}`)
    return true
  }

  /** The content of a field of wire type 0, as a signed integer of 64 bits. */
  integer(): number | bigint {
    if (this.to - this.from <= 4) {
      let small = 0
      for (let at = this.to - 1; at >= this.from; at -= 1) small = (small << 7) | ((this.bytes[at] ?? 0) & 0x7f)
      return small
    }
    let value = 0n
    for (let at = this.from, shift = 0n; at < this.to; at += 1, shift += 7n)
      value |= BigInt((this.bytes[at] ?? 0) & 0x7f) << shift
    const signed = BigInt.asIntN(64, value)
    const small = Number(signed)
    return Number.isSafeInteger(small) ? small : signed
  }

  /** A length or a tag; of more than four bytes none is sound. */
  #varint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.at >= this.end) break
      const byte = this.bytes[this.at] ?? 0
      this.at += 1
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw new RangeError(`no message of protobuf at byte ${this.start}`)
  }

  #skip(): void {
    if (this.wire === 0) while ((this.bytes[this.at++] ?? 0) >= 0x80 && this.at <= this.end);
    else if (this.wire === 1) this.at += 8
    else if (this.wire === 5) this.at += 4
    else if (this.wire === GROUP_START) {
      const inner = new Fields(this.bytes, this.at, this.end)
      while (inner.next() && inner.wire !== GROUP_END);
      this.at = inner.at
    } else if (this.wire !== GROUP_END) throw new RangeError(`no message of protobuf at byte ${this.start}`)
  }
}

/** A message with some of its fields replaced or left out; the others are copied in as few pieces as possible. */
export class Rewriting {
  readonly #bytes: Buffer
  readonly #end: number
  readonly #parts: Buffer[] = []
  #copied: number

  constructor(bytes: Buffer, from: number, end: number) {
    this.#bytes = bytes
    this.#copied = from
    this.#end = end
  }

  replace({ start, to }: Pick<Fields, 'start' | 'to'>, number: number, content: Buffer): void {
    this.leaveOut({ start, to })
    this.#parts.push(head(number, content.length), content)
  }

  leaveOut({ start, to }: Pick<Fields, 'start' | 'to'>): void {
    if (start > this.#copied) this.#parts.push(this.#bytes.subarray(this.#copied, start))
    this.#copied = to
  }

  finish(): Buffer {
    if (this.#end > this.#copied) this.#parts.push(this.#bytes.subarray(this.#copied, this.#end))
    return this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts)
  }
}

/** The tag of a length-delimited field and its length. */
function head(number: number, length: number): Buffer {
  const bytes: number[] = []
  for (let value of [number * 8 + LENGTH_DELIMITED, length]) {
    for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value & 0x7f) | 0x80)
    bytes.push(value)
  }
  return Buffer.from(bytes)
}
