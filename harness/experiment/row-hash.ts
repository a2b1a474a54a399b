// The hash of a row of a bulk load, the same on both sides: of what must be stored, and in SQL of what is.
import { createHash } from 'node:crypto'
import type { ExpectedLog, StoredText } from '../../generators/batch.ts'
import { COPY_MARK } from '../../generators/bulk/copies.ts'
import type { RowSums } from '../judge/judge-bulk.ts'
import { storedText } from './ledger.ts'

const MASK = (1n << 64n) - 1n

/** The sums of a request's rows, computed here as `ROW_HASH` computes them in ClickHouse. */
export function sumsOf(expected: readonly ExpectedLog[], salt: string): RowSums {
  let low = 0n
  let high = 0n
  for (const record of expected) {
    const digest = createHash('md5').update(rowText(record, salt)).digest()
    low = (low + digest.readBigUInt64LE(0)) & MASK
    high = (high + digest.readBigUInt64LE(8)) & MASK
  }
  return { rows: expected.length, low: String(low), high: String(high) }
}

function rowText(record: ExpectedLog, salt: string): string {
  const pairs = (map: Readonly<Record<string, StoredText>>) =>
    Object.entries(map)
      .filter(([key]) => key !== STAMP)
      .map(([key, value]) => `${key}=${storedText(value, salt)}`)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const stampMs = Date.parse(storedText(record.attributes[STAMP] ?? '', salt))
  return [record.timeUnixNano, String(stampMs), ...pairs(record.attributes), '', ...pairs(record.resource)].join('\n')
}

export const STAMP = 'event.timestamp'

/** The pairs of a map, in the order of their bytes. */
const pairsOf = (map: string) => `arraySort(arrayMap((k, v) -> concat(k, '=', v), mapKeys(${map}), mapValues(${map})))`

/** What a copy has of its own stands at the end of its session: a letter and its number, by which its times are later. */
export const TAIL = `right(ifNull(session_id, ''), ${COPY_MARK.length})`
const LATER_MS = `reinterpretAsInt64(reverse(unhex(leftPad(right(${TAIL}, ${COPY_MARK.length - 1}), 16, '0'))))`
/** The row's time as it would be in copy 0, nanoseconds. */
export const TIME = `(toUnixTimestamp64Nano(timestamp) - 1000000 * ${LATER_MS})`
/** A stamp that is no time is one that nobody expects, and no error of the query. */
export const STAMP_MS = `(toUnixTimestamp64Milli(parseDateTime64BestEffortOrZero(attributes['${STAMP}'], 3, 'UTC')) - ${LATER_MS})`

/**
 * The MD5, as FixedString(16), of what `rowText` writes: a row's times, attributes and resource, with the mark in place of the copy's own
 * characters. Both sides have MD5, and its halves are two independent hashes; sums of them keep what XOR would cancel, two copies of the same row.
 */
export const ROW_HASH = `MD5(replaceAll(arrayStringConcat(arrayConcat([toString(${TIME}), toString(${STAMP_MS})], arrayFilter(pair -> NOT startsWith(pair, '${STAMP}='), ${pairsOf('attributes')}), [''], ${pairsOf('resource_attributes')}), '\n'), ${TAIL}, '${COPY_MARK}'))`

/** The two sums of it, as text: JSON has no numbers of that size. */
export const ROW_SUMS = {
  low: 'toString(sum(reinterpretAsUInt64(substring(hash, 1, 8))))',
  high: 'toString(sum(reinterpretAsUInt64(substring(hash, 9, 8))))',
} as const
