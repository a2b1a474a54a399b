// What a load is known by: its bytes, how much is in them, how they compress, and which keys its records have.
import { createHash } from 'node:crypto'
import { zstdCompressSync } from 'node:zlib'
import { isLogsRequest, type KeyValue } from '../../core/otlp/otlp.ts'
import { otlpRequest } from '../../core/otlp/request.ts'

export interface Traits {
  /** Of all bytes, in hexadecimal. */
  readonly sha256: string
  readonly bytes: number
  /** Shannon's, in bits a byte, of single bytes; four digits. */
  readonly entropy: number
  /** Bytes before, for each byte after compression with Zstandard; two digits. */
  readonly zstdRatio: number
  /** SHA-256 of the keys, with the kinds of their values, that each event and each metric has somewhere. */
  readonly keySets: string
  /** Lines that are there twice. */
  readonly repeated: number
}

/** @param bytes OTLP JSON, one request a line */
export function traitsOf(bytes: Buffer): Traits {
  const lines = bytes.toString().trimEnd().split('\n')
  const keys = keysOf(lines)
  const told = [...keys].map(([name, set]) => `${name}: ${[...set].sort().join(' ')}`).sort()
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    entropy: Number(entropyOf(bytes).toFixed(4)),
    zstdRatio: Number((bytes.length / zstdCompressSync(bytes).length).toFixed(2)),
    keySets: createHash('sha256').update(told.join('\n')).digest('hex'),
    repeated: lines.length - new Set(lines).size,
  }
}

const ZSTD_TOLERANCE = 0.05

/** What differs from what is expected, in words; the zstd ratio may by a twentieth: it depends on the library. */
export function traitsDiffer(found: Traits, expected: Traits): string[] {
  const same = (['sha256', 'bytes', 'entropy', 'keySets', 'repeated'] as const).filter(
    (trait) => found[trait] !== expected[trait],
  )
  const differs = same.map((trait) => `${trait} is ${found[trait]} and not ${expected[trait]}`)
  if (Math.abs(found.zstdRatio / expected.zstdRatio - 1) > ZSTD_TOLERANCE)
    differs.push(`zstdRatio is ${found.zstdRatio} and not ${expected.zstdRatio}`)
  return differs
}

/** The keys with the kinds of their values (`cost_usd doubleValue`), by the event's or the metric's name. */
export function keysOf(lines: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  const note = (name: string, attributes: readonly KeyValue[] = []) => {
    const keys = found.get(name) ?? new Set()
    found.set(name, keys)
    for (const { key, value } of attributes) keys.add(`${key} ${Object.keys(value)[0]}`)
  }
  for (const line of lines) {
    const request = otlpRequest(JSON.parse(line), 'line')
    if (isLogsRequest(request)) {
      for (const { logRecords = [] } of request.resourceLogs.flatMap(({ scopeLogs = [] }) => scopeLogs))
        for (const { body, attributes } of logRecords)
          note(body !== undefined && 'stringValue' in body ? body.stringValue : '', attributes)
    } else
      for (const { metrics = [] } of request.resourceMetrics.flatMap(({ scopeMetrics = [] }) => scopeMetrics))
        for (const { name, sum } of metrics) for (const { attributes } of sum?.dataPoints ?? []) note(name, attributes)
  }
  return found
}

function entropyOf(bytes: Uint8Array): number {
  const counts = new Array<number>(256).fill(0)
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1
  return counts
    .filter((count) => count > 0)
    .map((count) => count / bytes.length)
    .reduce((sum, share) => sum - share * Math.log2(share), 0)
}
