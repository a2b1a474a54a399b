// Decodes an OTLP AnyValue from protobuf's wire format.
import type { Value } from './value-text.ts'
import { Fields } from './wire.ts'

const STRING = 1
const BOOL = 2
const INT = 3
const DOUBLE = 4
const ARRAY = 5
const MAP = 6
const BYTES = 7

/** The value in the field that was just read; undefined for one that no version of OTLP knows. @throws RangeError when it is none */
export function valueIn(fields: Fields): Value | undefined {
  const { bytes, number, wire, from, to } = fields
  if (wire === 2) {
    if (number === STRING) return bytes.toString('utf8', from, to)
    if (number === BYTES) return bytes.subarray(from, to)
    if (number === ARRAY) return { items: itemsIn(new Fields(bytes, from, to)) }
    if (number === MAP) return { pairs: pairsIn(new Fields(bytes, from, to)) }
  }
  if (number === BOOL && wire === 0) return fields.integer() !== 0
  if (number === INT && wire === 0) return fields.integer()
  return number === DOUBLE && wire === 1 ? bytes.readDoubleLE(from) : undefined
}

/** What is there more than once stands there more than once: a text may hide behind the last. */
function valuesIn(fields: Fields): Value {
  const values: Value[] = []
  while (fields.next()) {
    const value = valueIn(fields)
    if (value !== undefined) values.push(value)
  }
  if (values.length <= 1) return values[0] ?? null
  return { items: values }
}

function itemsIn(list: Fields): Value[] {
  const items: Value[] = []
  while (list.next())
    if (list.number === 1 && list.wire === 2) items.push(valuesIn(new Fields(list.bytes, list.from, list.to)))
  return items
}

function pairsIn(list: Fields): (readonly [string, Value])[] {
  const pairs: (readonly [string, Value])[] = []
  while (list.next()) {
    if (list.number !== 1 || list.wire !== 2) continue
    const pair = new Fields(list.bytes, list.from, list.to)
    let key = ''
    let value: Value = null
    while (pair.next()) {
      if (pair.wire !== 2) continue
      if (pair.number === 1) key += pair.bytes.toString('utf8', pair.from, pair.to)
      if (pair.number === 2) value = joined(value, valuesIn(new Fields(pair.bytes, pair.from, pair.to)))
    }
    pairs.push([key, value])
  }
  return pairs
}

function joined(one: Value, other: Value): Value {
  return one === null ? other : { items: [one, other] }
}
