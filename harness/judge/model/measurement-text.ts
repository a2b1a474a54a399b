// Measurements as people read them. A value that is rounded for reading stays on its side of the limit.
import { type Bound, isWithin, type Measurement } from './measurement.ts'

/** Larger numbers are told by their exponent. */
const MAX_WRITTEN_OUT = 1e15

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 })

/** `3.42 ms`, `12,345 events/s`, `0.62`; `not measured` where there is no value. */
export function valueText({ value, unit, limit }: Pick<Measurement, 'value' | 'unit' | 'limit'>): string {
  return value === null ? 'not measured' : withUnit(rounded(value, limit), unit)
}

/** `at most 5 ms`, with what follows where it does not bind; empty without a limit. */
export function limitText({ unit, limit }: Pick<Measurement, 'unit' | 'limit'>): string {
  if (limit === null) return ''
  const [words, bound] = 'atMost' in limit ? ['at most', limit.atMost] : ['at least', limit.atLeast]
  return `${words} ${withUnit(exact(bound), unit)}${limit.missed === 'pass' ? ', does not bind here' : ''}`
}

/** `time of an answer: 6.1 ms, at most 5 ms` */
export function measurementText(measurement: Measurement): string {
  const limit = limitText(measurement)
  return `${measurement.name}: ${valueText(measurement)}${limit === '' ? '' : `, ${limit}`}`
}

function withUnit(number: string, unit: string): string {
  if (unit === 'ratio') return number
  // What is counted is named in the plural; ms and events/s are none.
  return `${number} ${number === '1' ? unit.replace(/(?<=\w{3})s$/, '') : unit}`
}

/** Three figures that mean something, and whole numbers whole; all figures where fewer would lie about the limit. */
function rounded(value: number, bound: Bound | null): string {
  const size = Math.abs(value)
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
  const short = Number(value.toFixed(digits))
  return bound !== null && isWithin(short, bound) !== isWithin(value, bound) ? exact(value) : exact(short)
}

/** Reads back as the very number, but for the commas. */
function exact(value: number): string {
  const text = grouped.format(value)
  return Math.abs(value) < MAX_WRITTEN_OUT && Number(text.replaceAll(',', '')) === value ? text : String(value)
}
