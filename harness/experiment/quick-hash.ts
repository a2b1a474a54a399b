// A quicker hash of a row of a bulk load, in SQL only: it tells whether two sessions are copies of each other, not whether they are right.
import { COPY_MARK } from '../../generators/bulk/copies.ts'
import { STAMP, STAMP_MS, TAIL, TIME } from './row-hash.ts'

/** Between texts: a byte that no UTF-8 has. Where one has it all the same, the row is not plain. */
const BETWEEN = '\\xff'
/** In place of the stamp, which in each copy is another one. */
const STAMP_MARK = '@@stamp@@'

const joined = (texts: string) => `arrayStringConcat(${texts}, '${BETWEEN}')`
const keys = (map: string) => joined(`mapKeys(${map})`)
const values = (map: string) => joined(`mapValues(${map})`)

const OWN_VALUES = `replaceOne(replaceAll(${values('attributes')}, ${TAIL}, '${COPY_MARK}'), attributes['${STAMP}'], '${STAMP_MARK}')`

/**
 * All of a row, as it stands there: sizes and keys in their order, and the values with marks for what is the copy's own. No lambda, no
 * sorting and no pairs, which are what the hash of `row-hash.ts` spends its time on.
 */
const PARTS = [
  TIME,
  STAMP_MS,
  'length(attributes)',
  keys('attributes'),
  OWN_VALUES,
  'length(resource_attributes)',
  keys('resource_attributes'),
  values('resource_attributes'),
].join(', ')

/** Two hashes by two algorithms: 128 bits together. */
export const QUICK_LOW = `cityHash64(${PARTS})`
export const QUICK_HIGH = `xxh3(${PARTS})`

// Not `countSubstrings`: on some processors it misses bytes of 0xFF at the end of a block. No text at all is one part.
const plainTexts = (map: string, texts: string) =>
  `length(splitByString('${BETWEEN}', ${texts})) = greatest(length(${map}), 1)`

/**
 * Whether rows with these parts can only be this row: no text has the byte that stands between texts, and the mark of the stamp stands where
 * the stamp stands. It is asked of one row only: another row with the same parts has the same sizes, bytes and marks, so the same answer.
 */
export const PLAIN = [
  ...['attributes', 'resource_attributes'].flatMap((map) => [plainTexts(map, keys(map)), plainTexts(map, values(map))]),
  `splitByString('${BETWEEN}', ${OWN_VALUES})[indexOf(mapKeys(attributes), '${STAMP}')] = '${STAMP_MARK}'`,
].join(' AND ')
