// Lines of parked requests put together into fewer, larger requests: a backend that syncs each answer takes small ones slowly.
import { outermost, type Signal } from '../../../core/otlp/codec.ts'
import type { ExportRequest } from '../export-request.ts'
import type { Line } from './segment-reader.ts'

export interface Parcel {
  readonly message: ExportRequest
  readonly lines: readonly Line[]
}

/** Bounds of what is put together; a single line may be larger. */
const MAX_BYTES = 900 * 1024
const MAX_EVENTS = 1_000

/** One request for each line. */
export function singly(lines: readonly Line[]): Parcel[] {
  return lines.flatMap((line) => parcelOf([line]) ?? [])
}

/** The parcel in two, or as it is when it holds one line. */
export function halves(parcel: Parcel): Parcel[] {
  const { lines } = parcel
  if (lines.length < 2) return [parcel]
  const middle = lines.length >> 1
  return [lines.slice(0, middle), lines.slice(middle)].flatMap((half) => parcelOf(half) ?? [])
}

/** Neighbouring lines of one signal together, as many as fit. Damaged lines are left out. */
export function together(lines: readonly Line[]): Parcel[] {
  const groups: Line[][] = []
  let bytes = 0
  let events = 0
  for (const line of lines) {
    if ('damage' in line.content) continue
    const group = groups.at(-1)
    const fits = bytes + line.bytes.length <= MAX_BYTES && events + line.content.events <= MAX_EVENTS
    if (group?.[0] && fits && signalOf(group[0]) === line.content.signal && isPlain(group[0]) && isPlain(line)) {
      group.push(line)
      bytes += line.bytes.length
      events += line.content.events
    } else {
      groups.push([line])
      bytes = line.bytes.length
      events = line.content.events
    }
  }
  return groups.flatMap((group) => parcelOf(group) ?? [])
}

function parcelOf(lines: readonly Line[]): Parcel | undefined {
  const [first] = lines
  if (first === undefined || 'damage' in first.content) return undefined
  const { signal } = first.content
  const events = lines.reduce((sum, { content }) => sum + ('events' in content ? content.events : 0), 0)
  const body = lines.length === 1 ? first.bytes : joined(signal, lines)
  return { message: { signal, encoding: 'json', body, events }, lines }
}

const CLOSE = Buffer.from(']}')

function opening(signal: Signal): Buffer {
  return Buffer.from(`{"${outermost[signal]}":[`)
}

function signalOf({ content }: Line): Signal | undefined {
  return 'signal' in content ? content.signal : undefined
}

/** Whether it is written without a space at either end, as this buffer writes requests, and holds nothing beside its list. */
function isPlain({ bytes, content }: Line): boolean {
  if (!('signal' in content) || !content.plain) return false
  const open = opening(content.signal)
  return bytes.subarray(0, open.length).equals(open) && bytes.subarray(-CLOSE.length).equals(CLOSE)
}

function joined(signal: Signal, lines: readonly Line[]): Buffer {
  const open = opening(signal)
  const parts: Buffer[] = [open]
  for (const [index, { bytes }] of lines.entries()) {
    if (index > 0) parts.push(Buffer.from(','))
    parts.push(bytes.subarray(open.length, -CLOSE.length))
  }
  parts.push(CLOSE)
  return Buffer.concat(parts)
}
