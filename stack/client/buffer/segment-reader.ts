// Reads lines of OTLP from a buffer file, and tells what is none.
import { messageOf } from '../../../core/errors.ts'
import type { Signal } from '../../../core/otlp/codec.ts'
import { countEventsInJson } from '../../../core/otlp/count.ts'
import { otlpRequest } from '../../../core/otlp/request.ts'
import type { Disk } from './disk.ts'

export interface Line {
  /** Where it begins in the file. */
  readonly offset: number
  /** Where it ends, newline included. */
  readonly end: number
  /** Without its newline. */
  readonly bytes: Buffer
  /** What it holds, or why it is no request: a torn write, or something foreign. */
  readonly content: Content | { readonly damage: string }
}

export interface Content {
  readonly signal: Signal
  readonly events: number
  /** Whether the request is one list, not empty, and nothing beside it. */
  readonly plain: boolean
}

export interface Reading {
  readonly lines: readonly Line[]
  /** Where to read on. */
  readonly next: number
}

const NEWLINE = 0x0a

/**
 * The lines of a file from an offset up to `end`, about `chunkBytes` of them, and at least one unless `end` is reached. What follows the
 * last newline is a line too: whoever wrote it may have been cut off just before the newline.
 */
export async function readLines(
  disk: Disk,
  path: string,
  range: { readonly offset: number; readonly end: number; readonly chunkBytes: number },
): Promise<Reading> {
  const { offset, end } = range
  for (let length = range.chunkBytes; ; length *= 2) {
    const bytes = await disk.read(path, offset, Math.min(length, end - offset))
    const whole = offset + bytes.length >= end || bytes.length < Math.min(length, end - offset)
    const last = whole ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1
    if (last > 0 || whole) return { lines: split(bytes.subarray(0, last), offset), next: whole ? end : offset + last }
  }
}

function split(bytes: Buffer, offset: number): Line[] {
  const lines: Line[] = []
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start)
    const end = newline < 0 ? bytes.length : newline
    if (end > start) lines.push(lineOf(bytes.subarray(start, end), offset + start, offset + end + 1))
    start = end + 1
  }
  return lines
}

/** The line that stands between two offsets of a file. */
export function lineOf(bytes: Buffer, offset: number, lineEnd: number): Line {
  const place = { offset, end: lineEnd, bytes }
  try {
    const request = otlpRequest(JSON.parse(bytes.toString()), 'the line')
    const signal = 'resourceLogs' in request ? 'logs' : 'metrics'
    const [list, ...others] = Object.values(request)
    const plain = others.length === 0 && Array.isArray(list) && list.length > 0
    return { ...place, content: { signal, events: countEventsInJson(signal, request), plain } }
  } catch (error) {
    return { ...place, content: { damage: messageOf(error) } }
  }
}
