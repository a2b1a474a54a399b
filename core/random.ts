// Seeds for independent named streams, so that adding a draw to one stream never changes another.
import { createHash } from 'node:crypto'

/** A 32-bit seed for the stream `name` of `seed`: the first four bytes of sha256(`seed/name`). */
export function forkSeed(seed: number, name: string): number {
  return createHash('sha256').update(`${seed}/${name}`).digest().readUInt32LE(0)
}

/** A UUID (version 4 in form) that is always the same for a seed and a name. */
export function seededUuid(seed: number, name: string): string {
  const bytes = createHash('sha256').update(`${seed}/${name}/uuid`).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
